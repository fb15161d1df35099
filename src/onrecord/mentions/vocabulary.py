"""The word lists that decide what a nominal is: nouns for places, prepositions, words inside names, verbs."""

from __future__ import annotations

from onrecord.lexicon.lists import word_set

AREA_NOUNS = word_set("places.areas")
WEAK_AREA_NOUNS = word_set("places.weak_areas")
FACILITY_NOUNS = word_set("places.built")
WEAPON_NOUNS = word_set("things.weapons")
VEHICLE_NOUNS = word_set("things.vehicles")
NOT_ACTORS = word_set("bodies.no_actors")
OWNED_TARGETS = word_set("things.targets")

DIRECTIONS = word_set("places.directions")
PLACE_PREPOSITIONS = word_set("prepositions.place")
ACTOR_PREPOSITIONS = word_set("prepositions.actor")
MOTION_VERBS = word_set("acts.motion")
SPEECH_VERBS = word_set("speech.verbs")

ORG_WORDS = word_set("names.organisation")
FORCE_WORDS = word_set("names.force")
PLACE_WORDS = word_set("names.place")
TITLES = word_set("names.titles")

GROUP_ANAPHORS = word_set("bodies.groups_again")
BODY_ANAPHORS = word_set("bodies.bodies_again")
ATTACKERS = word_set("people.attackers")
COUNTRY_ANAPHORS = word_set("places.countries_again")
AREA_ANAPHORS = word_set("places.areas_again")
TOWN_ANAPHORS = word_set("places.towns_again")
FEMALE_WORDS = word_set("people.feminine")
MALE_WORDS = word_set("people.masculine")
PERSONAL_PRONOUNS = word_set("pronouns.personal")
DISTINCT_WORDS = word_set("determiners.distinct")
PEOPLE_NOUNS = word_set("people.groups")
SPEAKING_THINGS = word_set("things.speaking")
WEAK_CHANNELS = word_set("things.weak_channels")
NO_ENTITY_WORDS = word_set("names.nothing")
PLACE_FIRST_WORDS = word_set("names.place_first")
# Common nouns that a parser may take for names where they begin a sentence.
COMMON_NOUNS = WEAPON_NOUNS | VEHICLE_NOUNS | FACILITY_NOUNS | AREA_NOUNS | PEOPLE_NOUNS
STATIVE_VERBS = word_set("acts.of_towns")
ADDRESSING_VERBS = word_set("acts.addressing")
COLLECTIVES = word_set("people.collectives")
NUMERALS = word_set("names.numerals")
MIND_VERBS = word_set("speech.mind")
VIOLENT_VERBS = word_set("acts.violent")
CAPTURED = word_set("people.captured")
