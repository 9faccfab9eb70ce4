# make run    serve the desk, everything it needs made on the way
# make demo   the same, with the data of a demo company to look at; prints the accounts
# make test   the whole test suite
# make check  style, types, architecture, templates, translations
#
# Needs Python 3.11 or newer with venv, make, and a network to the package index. PYTHON=… chooses the Python.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: run demo test check install install-dev

run: install
	@exec $(RUN) run.py

demo: install
	@$(RUN) run.py demo install && exec $(RUN) run.py

# A file's tests share a running desk, so a file stays in one process; long files come early.
test: install-dev
	@exec $(RUN) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: install-dev
	@tools/check $(ARGS)

# What a lock names is installed once: its copy in the environment says so.
install: $(VENV)/bin/python
	@cmp -s requirements.lock $(VENV)/installed.lock || cmp -s requirements-dev.lock $(VENV)/installed-dev.lock || { \
		echo "Installing the locked requirements …" && \
		$(PIP) -r requirements.lock && cp requirements.lock $(VENV)/installed.lock; }

install-dev: $(VENV)/bin/python
	@cmp -s requirements-dev.lock $(VENV)/installed-dev.lock || { \
		echo "Installing the locked requirements of the tests …" && \
		$(PIP) -r requirements-dev.lock && cp requirements-dev.lock $(VENV)/installed-dev.lock; }

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; set PYTHON=… to one."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
