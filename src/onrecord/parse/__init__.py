"""Documents to Universal Dependencies words, with the language model's signals beside them.

``OnnxParser`` runs the model that onrecord ships; ``ConlluParser`` reads parses from a file; ``SpacyParser``, ``StanzaParser`` and
``UdpipeParser`` run other people's. Any object with the methods of ``Parser`` will do in their place.
"""

from onrecord.parse.adapters import SpacyParser, StanzaParser, UdpipeParser
from onrecord.parse.conllu import ConlluParser
from onrecord.parse.onnx import OnnxParser
from onrecord.parse.protocol import Parser

__all__ = ["ConlluParser", "OnnxParser", "Parser", "SpacyParser", "StanzaParser", "UdpipeParser"]
