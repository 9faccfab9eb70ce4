"""What every test stands on: real servers, fresh databases, people, a running desk and a browser."""
