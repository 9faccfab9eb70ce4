"""What the REST reference says of writing a record: read by Flask-AppBuilder from the docstrings of the routes."""

CREATE = """Create a record.
---
post:
  requestBody:
    required: true
    content: &given
      application/json:
        schema: {$ref: '#/components/schemas/{{self.__class__.__name__}}.post'}
  responses:
    201: {description: The record; its address is in the header Location, content: *given}
    400: {$ref: '#/components/responses/400'}
    401: {$ref: '#/components/responses/401'}
    403: {$ref: '#/components/responses/403'}
    422: {$ref: '#/components/responses/422'}
"""

CHANGE = """Change a record.
---
put: &change
  description: >-
    What is left out stays. With `version`, the one that was read, the answer is 409 where somebody else was faster: it
    holds the present `version` and in `conflicts` each field sent that holds another value by now, with `theirs`,
    `changed_by` and `changed_at`
  parameters:
  - {in: path, name: pk, required: true, schema: {type: integer}}
  requestBody:
    required: true
    content: &given
      application/json:
        schema: {$ref: '#/components/schemas/{{self.__class__.__name__}}.put'}
  responses:
    200: {description: The record, content: *given}
    400: {$ref: '#/components/responses/400'}
    401: {$ref: '#/components/responses/401'}
    403: {$ref: '#/components/responses/403'}
    404: {$ref: '#/components/responses/404'}
    409: {description: It was changed by somebody else meanwhile}
    422: {$ref: '#/components/responses/422'}
patch: *change
"""
