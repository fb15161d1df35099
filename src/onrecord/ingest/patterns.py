"""What the parts of a report look like: datelines, bylines, captions, credits, and what publishers add."""

from __future__ import annotations

import re

from onrecord.ingest.dates import MONTH, WEEKDAY

# ── Text ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

PARAGRAPH_LINE = re.compile(r"[^\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
BULLET = re.compile(r"(?:[•●▪‣◦·*]|[-–—])\s+|\(?\d{1,2}[.)]\s+")
FINAL_STOP = re.compile(r"[.!…][”\"’')\]]*$")
SENTENCE_END = re.compile(r"[.!?…][”\"’')\]]*$")
WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")

# ── Datelines ─────────────────────────────────────────────────────────────────────────────────────────────────────────

# A hyphen belongs either to a word or between words, never to both: these patterns must not take long on any text.
ARTICLE = r"(?:[Aa]l|[Ee]l|[Aa][stdnzr]|[Aa]sh|AL|EL|AS|AN|AR)-"
CITY_WORD = r"[A-ZÀ-Þ][A-ZÀ-Þ’'`.]+"
CITY = rf"(?:{ARTICLE})?{CITY_WORD}(?:[\s/-]+(?:{CITY_WORD}|{ARTICLE}{CITY_WORD}|of)){{0,5}}"
TITLE_WORD = rf"(?:{ARTICLE})?[A-ZÀ-Þ][\w’'`.]*(?:-[\w’'`.]+)*"
TITLE_CITY = rf"{TITLE_WORD}(?:[ /]{TITLE_WORD}){{0,3}}"
REGION = rf"(?:,\s*(?!{MONTH}\s*\d){TITLE_WORD}(?:\s(?:of\s|the\s|and\s)?{TITLE_WORD}){{0,3}}){{0,2}}"
DAY = rf"(?:{MONTH}\s+\d{{1,2}}|\d{{1,2}}\s+{MONTH})"
DATE = rf"(?:,?\s*(?:{WEEKDAY})?{DAY}(?:,?\s+\d{{4}})?)"
AGENCY = r"(?:\s*[,/]?\s*\(\s*(?P<agency>[A-Z][\w .’'/&-]{1,40}?)\s*\))"
BARE_AGENCY = r"(?:\s*[,/]\s*(?P<bare>[A-Z]{2,8}|[A-Z][a-z]+(?:\s[A-Z][a-z]+)?))"
DASH = r"\s*(?:--+|—|–|-|:)\s*"
SPACED_DASH = r"(?:\s+(?:--+|—|–|-)\s+|\s*(?:--+|—)\s*)"
END_DASH = r"\s*(?:--+|—|–|-|:)?"

# The surest first: a city in capitals; in title case only with an agency or a date.
DATELINE_LEADING = (
    re.compile(rf"(?P<line>{CITY}{REGION}{DATE}?){AGENCY}?{SPACED_DASH}(?=\S)"),
    re.compile(rf"(?P<line>{CITY}{REGION}{DATE}?){AGENCY}(?:{DASH})?(?=\S)"),
    re.compile(rf"(?P<line>{TITLE_CITY}{REGION}{DATE}?){AGENCY}{DASH}(?=\S)"),
    re.compile(rf"(?P<line>{TITLE_CITY}{REGION}{DATE}?){BARE_AGENCY}{SPACED_DASH}(?=\S)"),
    re.compile(rf"(?P<line>{TITLE_CITY}{REGION}{DATE})(?:{SPACED_DASH}|\s*:\s*)(?=\S)"),
    re.compile(rf"(?P<line>{DAY}){AGENCY}{DASH}(?=\S)"),
)
# "Beirut – Fighters attacked": only where the body begins, since a dash joins clauses too.
DATELINE_LEADING_TITLE = re.compile(rf"(?P<line>{TITLE_CITY}{REGION})\s+(?:--+|—|–|-)\s+(?=[A-Z“\"])")
DATELINE_ALONE = (
    re.compile(rf"(?P<line>{CITY}{REGION}{DATE}?){AGENCY}?{END_DASH}"),
    re.compile(rf"(?P<line>{TITLE_CITY}{REGION}{DATE}?){AGENCY}{END_DASH}"),
    re.compile(rf"(?P<line>{TITLE_CITY}{REGION}{DATE}){END_DASH}"),
)
DATELINE_ALONE_SURE = (
    re.compile(rf"(?P<line>{TITLE_CITY}{REGION}{DATE}?){AGENCY}{END_DASH}"),
    re.compile(rf"(?P<line>{TITLE_CITY}{REGION}{DATE}){END_DASH}"),
)
# In a text all in capitals a city must have a date or an agency: "SAN SALVADOR, 3 JAN 90 (AFP) -- FIVE SOLDIERS".
CAPS_DAY = rf"(?:{MONTH}\s+\d{{1,2}}|\d{{1,2}}\s+{MONTH})(?:,?\s+(?:\d{{4}}|\d{{2}}))?"
DATELINE_LEADING_CAPS = (
    re.compile(rf"(?P<line>{CITY}{REGION},\s*{CAPS_DAY}){AGENCY}?{SPACED_DASH}(?=\S)", re.IGNORECASE),
    re.compile(rf"(?P<line>{CITY}{REGION}){AGENCY}{SPACED_DASH}(?=\S)"),
)
DATELINE_TITLE_ALONE = re.compile(rf"(?P<line>{TITLE_WORD}(?:,\s*{TITLE_CITY})?){END_DASH}")

# ── Bylines and time stamps ───────────────────────────────────────────────────────────────────────────────────────────

NAME = r"[A-ZÀ-Þ][\w’'.-]+(?:\s+(?:al-|de |van |von |bin |el-)?[A-ZÀ-Þ][\w’'.-]*){0,4}"
BYLINE = re.compile(rf"(?:By|BY|Written by|Reported by|Story by|Text by)\s*:?\s+{NAME}.*|.*\b(?:staff (?:writer|reporter)|correspondent)s?")
# Only between the headline and the body: "Jane Doe, Reuters", "Jane Doe and John Roe in Beirut", "Jane Doe".
NAMED_BYLINE = re.compile(
    rf"{NAME}(?:(?:,|\s+and|\s*&)\s+{NAME})*\s*(?:,|\||\bin\b)\s*(?:{NAME}|[A-Z]{{2,}})"
    rf"|{NAME}\s+and\s+{NAME}|[A-Z][a-z]+(?:\s[A-Z]\.)?\s[A-Z][a-z]+"
)
CLOCK = r"(?:[\sT,|–-]*(?:at\s+)?\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?\s*(?:[A-Z]{2,5}|\([A-Z]{2,5}\)|Z)?)"
STAMP = re.compile(
    r"(?:Published|Updated|Posted|Last (?:updated|modified)|Created|Date|First published|Issued)\b[\s:|-].{0,80}"
    rf"|(?:{WEEKDAY})?(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH},?\s+\d{{4}}|{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    rf"|\d{{4}}-\d{{2}}-\d{{2}}){CLOCK}?\s*",
    re.IGNORECASE,
)

# ── Captions, credits and what publishers add ─────────────────────────────────────────────────────────────────────────

CAPTION = re.compile(
    r"(?:FILE|File|ARCHIVE|Archive)\s*(?:PHOTO|photo|IMAGE|image|PICTURE|picture)?\s*(?:[:—–-]|--)\s*\S.*"
    r"|(?:Photo|Image|Picture|Pictured|Caption|Video|Graphic|Map|PHOTO|IMAGE|VIDEO)\s*(?:\([^)]*\)|by|credit)?\s*[:|]\s*\S.*"
    r"|[\[(](?:Photo|Image|Picture|File|FILE|Photograph|Credit)\b[^\])]*[\])]"
    r"|.*[\[(](?:[^\])]*\b(?:[Pp]hoto|[Ii]mages|[Hh]andout|[Ff]ile (?:photo|picture))\b[^\])]*)[\])]\s*"
    r"|.*\b(?:AFP|AP|EPA|Reuters|Getty Images|Getty|Handout)\s*(?:/|via)\s*[A-Z][\w ./-]*"
)
BOILERPLATE = re.compile(
    r"©|\(c\)\s*\d{4}|Copyright\b|All rights reserved|This (?:material|article|story|report) (?:may|was|has been|is|first)\b"
    r"|(?:Read|READ) (?:more|also|next|the full)\b|(?:ALSO|Also) (?:READ|read|see)\b|See also\b|Related\s*(?:stories|articles|news|:)"
    r"|Follow (?:us|@|\w+ on)\b|Subscribe\b|Sign up\b|Click here\b|Advertisement\b|ADVERTISEMENT\b|Share (?:this|on)\b"
    r"|(?:Source|SOURCE|Credit|Agencies|Tags?|Topics|Keywords|Filed under|Our Standards|E-?mail|Contact(?: us)?)\s*:"
    r"|For more (?:information|stories|news)\b|Download (?:the|our) app\b|(?:More|more) (?:to follow|details soon)\b"
    r"|(?:With|with) (?:inputs?|additional reporting|reporting|files) (?:from|by)\b|Additional reporting\b"
    r"|https?://\S+\s*$|@\w+\s*$|\*\s*\*\s*\*|[-_=*]{3,}\s*$|#{2,}|-?\s*(?:30|ENDS|ends|END)\s*-?\s*$"
)
NEWSROOM = (
    r"(?:[Ww]riting|[Rr]eporting|[Ee]diting|[Cc]ompiled|[Aa]dditional reporting|[Tt]ranslat(?:ed|ion)|[Pp]roduction|[Gg]raphics?)"
    r"\s+(?:and\s+\w+\s+)?(?:by|from)\b"
)
NEWSROOM_CREDIT = re.compile(NEWSROOM)
AGENCY_IN_BRACKETS = r"[\[(]\s*[A-Z][\w .,/&’'-]{1,60}\s*[\])]\.?"
CREDIT_LINE = re.compile(rf"[\[(]?\s*{NEWSROOM}.*|{AGENCY_IN_BRACKETS}|(?:--+|—|–|-)\s*[A-Z][\w./&-]*(?:\s[A-Z][\w./&-]*){{0,3}}(?<!\.)")
CREDIT_TAIL = re.compile(
    rf"(?<=[.!?”\"’'])\s+(?:(?P<newsroom>[\[(]\s*{NEWSROOM}[^\])]*[\])]?\.?)"
    r"|[\[(](?P<agency>[A-Z][\w .,/&’'-]{1,40})[\])]\.?|(?:--+|—|–)\s*(?P<dash>[A-Z][\w ./&-]{1,30}))\s*$"
)
AGENCY_LINE = re.compile(r"[\[(—–-]*\s*([A-Z][\w .,/&’'-]*?)\s*[\])]?\.?\s*")
