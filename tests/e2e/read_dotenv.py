"""Answer what python-dotenv reads in a text: JSON strings on standard input, JSON objects on standard output."""

import io
import json
import logging
import sys

from dotenv import dotenv_values

logging.disable(logging.CRITICAL)
for line in sys.stdin:
    print(json.dumps(dotenv_values(stream=io.StringIO(json.loads(line), newline=""))))
