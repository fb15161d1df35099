"""Closed lists of English words that decide what a nominal is: nouns for places, prepositions, words inside names, verbs."""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Nouns for places that are not built: their phrases are places wherever they stand.
AREA_NOUNS = _words(
    """area areas region regions zone zones city cities town towns village villages province provinces governorate governorates district
    districts county counties territory territories country countries border borders frontier neighbourhood neighborhood neighbourhoods
    neighborhoods suburb suburbs outskirts countryside enclave enclaves pocket pockets corridor corridors valley valleys river rivers
    mountain mountains hill hills plain plains desert coast island islands sea gulf strait strip peninsula highway road street square
    front frontline frontlines line locality localities municipality capital oblast raion state states north south east west centre center
    northeast northwest southeast southwest hinterland homeland land lake crossing crossings hamlet hamlets settlement settlements camp
    camps quarter block stronghold bank lands basin steppe gorge forest beach shore harbour harbor port ports"""
)
# Of these only where a name or a preposition of place is with them: "the state", "the front", "the line", "the block".
WEAK_AREA_NOUNS = _words(
    """state states front line lines land lands centre center block pocket pockets corridor square bank country countries street stronghold
    quarter capital sea port ports plain plains settlement settlements north south east west northeast northwest southeast southwest"""
)
# Built places. With a preposition of place, hit or damaged, they are places; who speaks for them is an actor.
FACILITY_NOUNS = _words(
    """airport airports airbase airfield base bases barracks bazaar bakery bridge bridges building buildings camp camps checkpoint
    checkpoints church churches clinic clinics college compound compounds consulate convoy dam depot depots embassy facility facilities
    factory factories farm farms garrison headquarters home homes hospital hospitals hotel hotels house houses kindergarten market markets
    mosque mosques monastery office offices outpost outposts palace pipeline plant plants port position positions post posts power prison
    prisons refinery school schools shelter shelters shop shops shrine stadium station stations synagogue temple terminal tower towers
    university warehouse warehouses well wells trench trenches bunker bunkers tunnel tunnels"""
) - {"convoy", "power", "position", "post", "well", "home", "office"}
WEAPON_NOUNS = _words(
    """weapon weapons arms ammunition artillery bomb bombs rocket rockets missile missiles mortar mortars shell shells mine mines landmine
    landmines grenade grenades rifle rifles gun guns explosive explosives ied ieds howitzer howitzers launcher launchers munition munitions
    warhead warheads bullet bullets knife knives machete machetes torpedo projectile projectiles shrapnel cannon cannons pistol pistols
    machinegun kalashnikov dynamite"""
)
VEHICLE_NOUNS = _words(
    """tank tanks warplane warplanes plane planes aircraft jet jets helicopter helicopters gunship gunships drone drones uav uavs
    warship warships ship ships boat boats gunboat gunboats submarine submarines vehicle vehicles truck trucks convoy convoys ambulance
    ambulances bus buses car cars minibus bulldozer bulldozers frigate destroyer fighter-jet fighter-jets bomber bombers"""
) - {"bomber", "bombers"}
# Nouns that the list of agents holds but that are no actors by themselves.
NOT_ACTORS = _words(
    """statement side position positions target state states power powers fire offensive operation advance campaign palace radio press
    conference base bases movements home post body bodies hand hands network source energy industry house court"""
)
# What is called a target or position belongs to whoever owns it: "regime targets", "rebel positions".
OWNED_TARGETS = _words(
    """target targets position positions base bases outpost outposts convoy convoys vehicle vehicles tank tanks checkpoint checkpoints post
    posts barracks headquarters stronghold strongholds warplane warplanes jet jets helicopter helicopters drone drones plane planes aircraft
    warship warships gunboat gunboats artillery gunner gunners"""
)

DIRECTIONS = _words(
    """northern southern eastern western central northeastern northwestern southeastern southwestern north south east west upper lower
    northeast northwest southeast southwest north-eastern north-western south-eastern south-western"""
)
# Prepositions whose object is where something is.
PLACE_PREPOSITIONS = _words(
    """in at near inside outside around across through throughout within along beyond between into onto toward towards over above beneath
    behind beside off via amid via opposite"""
)
# Prepositions whose object, if it is a state, takes part.
ACTOR_PREPOSITIONS = frozenset(["by", "with", "against", "for", "like", "including", "versus", "among", "than", "without", "about"])
MOTION_VERBS = _words(
    """go come flee travel move return arrive send deploy withdraw fly drive walk escape cross pour head retreat transfer take bring carry
    smuggle ship deliver import export deport evacuate transport relocate march advance push spread reach visit trip journey flight
    withdrawal return deployment visit move expand extend close open enter migrate"""
)
SPEECH_VERBS = _words(
    """say tell report announce claim state declare deny confirm accuse blame add warn argue insist admit acknowledge reveal note explain
    vow pledge threaten urge call demand condemn denounce describe write tweet post quote cite hear allege suggest believe think ask reply
    respond stress emphasise emphasize assert maintain testify recall"""
)

# Last words of names of bodies, by the label that they give.
ORG_WORDS = _words(
    """agency observatory ministry university college party council committee commission organisation organization association union
    federation network foundation institute centre center court parliament congress senate bureau department office company corporation
    bank authority society club league programme program fund crescent cross watch amnesty group house assembly administration
    secretariat times post news tv radio television herald tribune journal press media channel directorate coordination monitor wire
    service services tribunal board chamber delegation mission embassy"""
)
FORCE_WORDS = _words(
    """army armies forces force front brigade brigades battalion militia militias division corps guard guards navy police command
    movement resistance regiment unit units legion fighters mujahideen mobilisation mobilization gendarmerie squadron battalions
    marines troops defence defense rebels liberation ansar jihad faction jaysh jaish liwa hizb harakat"""
) - {"defence", "defense"}
PLACE_WORDS = _words(
    """river mountain mountains mount lake sea gulf strait valley desert island islands province governorate district county city town
    village region zone highway road street square bridge airport airbase camp crossing heights hills plain peninsula strip bank dam port
    hospital mosque church school prison station hotel market border oblast raion stadium tower"""
)
TITLES = _words(
    """president minister premier chancellor general colonel captain lieutenant major sergeant commander brigadier admiral marshal mr mrs
    ms miss dr doctor professor sheikh sheik sayyid king queen prince emir emperor reverend imam ayatollah
    bishop archbishop pope rabbi ambassador
    envoy senator governor mayor judge secretary spokesman spokeswoman spokesperson leader chief director chairman gen col lt maj capt
    sgt brig adm sen rep gov officer specialist private corporal cpl pvt"""
)

# Common nouns that pick up what was spoken of before, by what they may pick up.
GROUP_ANAPHORS = _words("group organisation organization movement faction alliance coalition outfit body network bloc")
BODY_ANAPHORS = _words("agency observatory ministry party army militia front")
ATTACKERS = _words("militant fighter rebel insurgent gunman attacker assailant raider guerrilla jihadist terrorist captor kidnapper")
COUNTRY_ANAPHORS = frozenset(["country", "nation", "state", "republic", "kingdom"])
AREA_ANAPHORS = frozenset(["area", "region", "territory", "zone", "enclave", "pocket", "place", "site"])
TOWN_ANAPHORS = frozenset(
    ["municipality", "city", "town", "village", "settlement", "capital", "camp", "district", "neighbourhood", "neighborhood"]
)
FEMALE_WORDS = _words("she her hers herself woman women girl mother wife daughter sister queen spokeswoman mrs ms miss lady widow")
MALE_WORDS = _words("he him his himself man men boy father husband son brother king spokesman mr sheikh sir gunman policeman")
PERSONAL_PRONOUNS = _words(
    """i me my mine we us our ours ourselves he him his himself she her hers herself they them their theirs themselves it its itself"""
)
# Words that say that another one is meant, or one of several: no description with them takes up what was named.
DISTINCT_WORDS = _words(
    """other another others second third fourth new more additional different separate some several many most both each every any no few
    all nearby neighbouring neighboring remaining rival opposing"""
)
PEOPLE_NOUNS = _words(
    """dead wounded injured missing displaced elderly people police personnel youth staff crew infantry military public troops
    gendarmerie"""
)
# Things that say something without being anybody.
SPEAKING_THINGS = _words(
    """report reports statement statements message messages study law document documents letter video evidence figure figures data source
    it poll survey article footage picture pictures images photo photos map rule agreement deal text clause book paper"""
)
# Carriers of words only with the word before them: "phone call", "radio signals".
WEAK_CHANNELS = _words(
    """post posts call calls signal signals report reports communication figure figures inquiry inquiries evidence data count survey
    statistics
    sign signs findings finding map"""
)
# First or last words of names that are neither somebody nor somewhere.
NO_ENTITY_WORDS = _words(
    """operation resolution cyclone hurricane typhoon storm article articles figure chapter section tab treaty accord accords agreement act
    law laws constitution revolution war plan summit protocol memorandum declaration charter convention covid islam christianity ramadan
    eid christmas easter code award prize cup internet bill amendment spring holocaust process initiative roadmap english arabic french"""
)
PLACE_FIRST_WORDS = _words("mount lake camp port fort route highway road jabal jebel tell wadi khirbet cape gulf strait bay")
# Common nouns that a parser may take for names where they begin a sentence.
COMMON_NOUNS = WEAPON_NOUNS | VEHICLE_NOUNS | FACILITY_NOUNS | AREA_NOUNS | PEOPLE_NOUNS
# Verbs whose subject may as well be a town: "Rivera hosts", "Aleppo fell".
STATIVE_VERBS = _words("host lie fall remain stand suffer see witness border have need become house shelter belong burn swell grow empty")
# Verbs of dealing with somebody: a capital as their object is a government.
ADDRESSING_VERBS = _words(
    """thank give offer grant press pressure warn threaten criticise criticize assure inform notify back support help sue sanction invite
    convince persuade force ally join oppose defy anger provoke isolate arm supply lobby advise allow prompt"""
)
# Nouns in the singular for several people: never "he" or "she".
COLLECTIVES = _words("opposition couple family crowd population public community household mob delegation team pair trio jury")
NUMERALS = _words("one two three four five six seven eight nine ten i ii iii iv v")
MIND_VERBS = _words(
    "know want decide plan try refuse hope fear feel understand remember forget intend wish agree love hate trust expect seek"
)
# What armed people do to others.
VIOLENT_VERBS = _words(
    "kill shoot attack ambush shell bomb bombard raid abduct kidnap loot burn torch rape whip behead execute massacre slaughter hack storm"
)
# What people are "taken": says what became of them and names nobody.
CAPTURED = _words("prisoner hostage captive prisoners hostages captives")
