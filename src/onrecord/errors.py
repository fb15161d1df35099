"""Every exception that onrecord raises on purpose.

OnrecordError
├── UsageError        what was asked for makes no sense            exit code 2
├── InputError        one document could not be read               exit code 3, the others go on
│   └── LanguageError it is written in a language we do not code   exit code 3 unless forced
├── DataError         a lexicon, ontology or gazetteer file is wrong: file, line and remedy
├── ModelError        a model file is missing, damaged or from another version
└── LedgerError       the ledger cannot be opened, read or written
"""


class OnrecordError(Exception):
    """Base of all; its text is one line that says what, where, and what to do."""


class UsageError(OnrecordError):
    """What was asked for makes no sense."""


class InputError(OnrecordError):
    """One document could not be read."""


class LanguageError(InputError):
    """The document is in a language that no lexicon here covers."""


class DataError(OnrecordError):
    """A lexicon, ontology or gazetteer file is wrong."""


class ModelError(OnrecordError):
    """A model file is missing, damaged or does not belong to this version."""


class LedgerError(OnrecordError):
    """The ledger cannot be opened, read or written."""
