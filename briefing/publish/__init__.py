"""Publishing: executed notebooks become one document, and the document becomes HTML, PDF and linked data."""
