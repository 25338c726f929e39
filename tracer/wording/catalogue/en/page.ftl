### The words of the page: its script has them too, so they are plain texts with places to fill in, without choices.

page-as-written = { $text }
page-kicker = Provenance of contact lists
page-generated = As of
page-tally =
    Parties: { $parties } · lists: { $lists } · copies handed over: { $releases } · findings at G2 or
    better: { $findings }
page-tally-purged = lists whose contents were purged: { $n }
page-skip-picture = Skip the story, go to the map
page-language = 中文
page-theme = Light / dark
page-headline = What was found
page-front-against = What speaks against it:
page-front-next = Also found
page-front-in-words = The picture in words
page-copy-with = { $party }’s copy of { $list }
page-hidden-list = a list not yet obtained
page-legend-grade = G0 to G5: how well it is founded, from somebody’s word to a document
page-planted =
    Planted records, also called canaries, are records that we control, put into one copy only: a few of them are enough
    to recognise it, and where some are missing, only a part of it went on.
page-own-words = The finding in the tool’s words:
page-figure = The figure
page-map-help =
    Arrows lead from who gave to who received. Thin lines: what else is known. Select a line for its reasons and for what speaks against it.
    Select a party for a map of its own.
page-map-of = What the strongest findings are about: { $n } of { $m }. Search for the others.
page-map-of-all = All between whom something is known to have gone.
page-map-around = What touches { $name }, and the chains through it
page-map-strongest = The strongest findings
page-map-all = Show all
page-experts = For experts
page-experts-hint =
    Every finding with its reasons and counter-reasons, tables, parties, lists, documents, warnings. Printed where it is
    open.
page-warnings = Warnings: what does not fit together
page-said-behind = These lists came from copy { $release }, which { $client } gave to { $vendor }:
page-after-its-end = after the copy’s end
page-why = Why
page-against = What speaks against it
page-against-none = Nothing is recorded against it.
page-reasons-none = No reasons are recorded.
page-evidence = Evidence
page-picture = Where the data went
page-picture-label = Map of parties and of what went from one to another
page-picture-empty = This case has no parties or lists yet.
page-search = Search
page-search-hint = party, list, copy
page-hits = { $n } found
page-least-grade = Grade at least
page-close = Close
page-permalink = Link to this card
page-matrix = What the lists have in common
page-matrix-help =
    Each cell is a pair of lists: the darker it is, the larger the part of the smaller list that the other has too.
    Lists that came from one another are next to each other. Select a cell to open the pair; by keyboard, move with the
    arrow keys and press Enter.
page-at-unknown = This page has no party, list or copy named “{ $name }”.
page-matrix-on-screen = This matrix is on the screen only: it does not fit on paper.
page-matrix-plus = “+12” behind a name: twelve more lists of its family.
page-matrix-wide = The matrix; on a narrow screen it is moved sideways
page-matrix-more = Further lists that are not drawn: { $n }.
page-pair = { $a } and { $b }: { $shared } contacts in common, { $share } of the smaller list
page-pair-none = { $a } and { $b }: fewer than { -least } contacts in common
page-pair-of = Pair of lists
page-pair-alone = No finding joins these two lists.
page-share-of-smaller = Share of the smaller list
page-take = Copy or embed this picture
page-take-svg = Copy as SVG
page-take-png = Copy as PNG
page-take-pdf = Print or save as PDF
page-take-embed = Copy embed code
page-take-copied = Copied.
page-take-saved = The browser does not let this page copy; it is saved as a file.
page-take-failed = The browser could not make this picture.
page-details = Cards: every step and every party
page-none = None.
page-more = and { $n } more
page-caveats = What this does not say
page-left-out = Left out of this file
page-evidence-list = Documents
page-acquired = acquired { $date }
page-packed = The sections of parties and lines are packed in this page; a browser with scripts opens them.
page-print-note = Made with tracer. Redacted by default.
page-line-label = { $said }, { $grade }, { $basis }
page-line-label-sure = { $said } ({ $sure }), { $grade }, { $basis }
page-line-label-judged = { $said } ({ $sure } as a person judged it, { $without } without that), { $grade }, { $basis }
page-line-found-perhaps = From { $source } to { $target }: perhaps { $kind }
page-line-found = From { $source } to { $target }: { $kind }
page-line-relation = { $source } { $kind } { $target }
page-purged-on = contents purged { $date }
page-purged = Contents purged
page-period = { $date } to { $until }
page-open-end = { $date }, no end
page-no-date = undated
page-holder = Holder
page-recipient = Recipient
page-copy-of = Copy of
page-obtained = Obtained
page-created = Made
page-handed-over = Handed over
page-ends = Ends
page-rows = Records
page-contacts = Contacts
page-canaries-planted = Records planted
page-canaries-found = Planted records found
page-calls-reached = Calls and messages to its planted records
page-full-name = Full name
page-province = Province
page-industry = Industry
page-probability = Probability
page-shared = Contacts in common
page-date = Date
page-judgement = A person’s decision
page-judged-confirm = confirmed
page-judged-reject = rejected
page-judged-unsure = not sure
page-judged-independent = independent of each other
page-judged-withdraw = taken back
page-lines-of = What went to it and from it
page-claims-of = Claims
page-grade = Grade
page-members = Who and what is in it
page-yes = yes
page-no = no
page-more-rows = { $n } more rows: tracer query { $name }
page-chain = Follow a chain
page-chain-all = none
page-walk-step = Step { $n } of { $m }: { $from } → { $to }
page-walk-whole = The whole chain, { $m } steps. Press Next for the first.
page-walk-back = Back
page-walk-on = Next
page-walk-end = End
page-compared = What was compared
page-contacts-of-parent = Contacts of the source
page-contacts-of-child = Contacts of the list
page-expected = Expected by chance
page-canaries-of-planted = Planted records seen / planted
page-waterfall = Evidence, item by item
page-several = covers { $n } statements; the grade is the lowest of them
page-several-sure = covers { $n } statements; the least sure is { $sure }
page-canaries = Planted records

# Right of reply
page-reply = Right of reply
page-reply-not-asked = not asked
page-short-answered = answered
page-short-no-reply = no reply
page-short-asked = asked
page-short-not-asked = not asked

# Grades
page-grade-G0 = somebody’s word only
page-grade-G1 = overlap above chance
page-grade-G2 = direction or date supported
page-grade-G3 =
    copy identified by planted records or codes, chance of error at most 1%; none of the client’s own planted
    records, and none from a copy that is not named
page-grade-G4 = G3 and an independent confirmation
page-grade-G5 = document or admission

# Bases, evidential and lawful
page-basis-documented = documented
page-basis-inferred = inferred from the lists
page-basis-alleged = alleged
page-basis-customer = customer
page-basis-explicit = explicit consent
page-basis-bundled-in-terms = bundled in terms
page-basis-public-only = public only
page-basis-refused = refused
page-basis-none = none
page-basis-unknown = unknown

# Columns of the picture
# Roles
page-role-client = client
page-role-contractor = call-centre contractor
page-role-system-vendor = system vendor
page-role-line-vendor = line vendor
page-role-carrier = carrier
page-role-data-platform = lead platform
page-role-platform = app or shop operator
page-role-oem-reseller = OEM reseller
page-role-channel-integrator = channel integrator
page-role-data-trader = data trader
page-role-sms-provider = SMS provider
page-role-public-source = public source
page-role-regulator = regulator
page-role-source = human source
page-role-other = other
page-role-none = role unknown

# Kinds of nodes
page-node-party = Party
page-node-dataset = List
page-node-release = Copy handed over
page-node-hidden = Inferred list
# Kinds of edges
page-kind-retained = kept
page-kind-passed-on = passed on
page-kind-held = held before its end
page-kind-attributed = identified by planted records
page-kind-derived = copied
page-kind-derived-open = copied, direction not known
page-kind-version = later version
page-kind-exchange = each took from the other
page-kind-hidden = by way of a list not yet obtained
page-kind-released = handed over
page-kind-holds = holds
page-kind-planted-in = was planted in
page-kind-seen-in = was found in
page-kind-relation = other relations
page-kind-supplies-platform-to = supplies its platform to
page-kind-scraped-by = scraped by
page-kind-refers-to = refers to
page-kind-provides-system-to = provides its system to
page-kind-supplies-line-to = supplies lines to
page-kind-calls-for = calls for
page-kind-sold-to = sold to
page-kind-owns = owns
page-kind-sanctions = sanctions
page-kind-commits-to = gave an undertaking to
page-kind-blocks-line = blocked lines of
page-kind-reviews-script = reviews scripts of

# Tables
page-section-retention = Retention: copies kept or passed on
page-section-resale-chains = Resale chains
page-section-attributions = Copies identified by planted records and codes
page-section-derivations = Lists copied from lists
page-section-claims = Claims and what the lists say
page-section-contradictions = Contradictions
page-section-parties = Parties and their right of reply
page-section-datasets = Lists
page-section-vintage = When records left the client
page-section-after-refusal = Handed on, called or listed after a refusal
page-section-complaint-rates = Complaints per call
page-section-lines = Lines, rules and levels of resale
page-section-counts = Records and people, as courts count them
page-section-consent = Lawful bases of collection and use
page-section-sales = Documented sales, and what the lists say

# Columns of the tables
page-col-vendor = Vendor
page-col-client = Client
page-col-release = Copy
page-col-dataset = List
page-col-seen-in = Seen in
page-col-seen-with = Held by
page-col-first-seen = First seen
page-col-last-seen = Last seen
page-col-reading = Finding
page-col-after-end = After its end
page-col-probability = Probability
page-col-grade = Grade
page-col-chain = From hand to hand
page-col-datasets = Lists
page-col-recipient = Recipient
page-col-accused = Named
page-col-p-value = p
page-col-error = Chance of error
page-col-test = Test used
page-col-canaries-seen = Planted records seen
page-col-canaries-planted = of those planted
page-col-rows-matched = Records matched
page-col-parent = From
page-col-child = To
page-col-shared = Shared
page-col-share-of-child = Share of the copy
page-col-via = By way of
page-col-party = Said by
page-col-about = About
page-col-kind = What
page-col-value = Value
page-col-verdict = Result
page-col-what = What
page-col-party-a = One side
page-col-value-a = says
page-col-said-a = on
page-col-party-b = Other side
page-col-value-b = says
page-col-said-b = on
page-col-role = Role
page-col-reply = Right of reply
page-col-holder = Holder
page-col-obtained = Obtained
page-col-rows = Records
page-col-contacts = Contacts
page-col-source = Client’s list
page-col-from-day = From
page-col-to-day = To
page-col-best = Likeliest day
page-col-taken = Share taken
page-col-matched = Client’s contacts in it
page-col-releases = Copies of that date
page-col-refusals = List of refusals
page-col-of = Copy or line
page-col-people = People
page-col-events = Times
page-col-first-day = First
page-col-last-day = Last
page-col-dimension = Of a
page-col-name = Name
page-col-calls = Calls
page-col-complaints = Complaints
page-col-rate = Rate
page-col-low = from
page-col-high = to
page-col-needed = Calls needed for 1 in 10,000
page-col-line = Line
page-col-carrier = Carrier
page-col-province = Province
page-col-hand = Level claimed
page-col-inferred = Level inferred
page-col-rule = Rule
page-col-bound = Limit
page-col-examined = Calls examined
page-col-violations = Violations
page-col-scope = What
page-col-counterparty = Of
page-col-list = List or copy
page-col-lists = Lists
page-col-raw = Records
page-col-repeated = Repeated
page-col-untrue = Shown to be false
page-col-together = Different people in all
page-col-collected-under = Collected under
page-col-used-under = Used under
page-col-state = State
page-col-refused = Refused
page-col-seller = Seller
page-col-buyer = Buyer
page-col-date = Date
page-col-evidence = Documents
page-col-opposite = The other way round
page-col-purged = Contents purged

# Tests
page-by-canaries = records planted only in this copy
page-by-draw = random draw of the marks
page-test-canaries = Chance of error, by records planted only in this copy
page-test-draw = Chance of error, by the random draw of the marks

# Verdicts
page-verdict-supported = supported
page-verdict-contradicted = contradicted
page-verdict-consistent = not contradicted, but not decisive
page-verdict-untestable = cannot be tested
page-verdict-untested = not tested

# Kinds of claims
page-claim-random = random numbers
page-claim-business-only = business contacts only
page-claim-public-sources = public sources
page-claim-size = size
page-claim-daily-growth = daily growth
page-claim-first-hand = first-hand lines
page-claim-own-collection = own collection
page-claim-consented = consent
page-claim-pool-size = number of SIM cards
page-claim-complaint-rate = complaint rate
page-claim-not-retained = nothing retained
page-claim-stopped = calls stopped
page-claim-stated-origin = stated origin
page-claim-members-only = members only
page-claim-other = other

# Contradictions
page-contradiction-claim-against-data = claim against data
page-contradiction-two-values = two values
page-contradiction-two-origins = two origins

# Values in the tables
page-refused-released = handed on
page-refused-called = called
page-refused-complained = complained of a call
page-refused-listed = still in a list
page-refused-inside = in a list, order not known
page-refused-later = in a list, refused later
page-dimension-line = line
page-dimension-vendor = line vendor
page-dimension-carrier = carrier
page-dimension-province = province
page-scope-held = list held
page-scope-given = copy handed over
page-scope-holder = all lists of a holder
page-scope-recipient = all copies of a recipient
page-scope-client = all copies of a client’s lists
page-listed-list = list
page-listed-copy = copy
page-consent-stated = stated
page-consent-bundled-in-terms = bundled in terms
page-consent-use-without-a-stated-basis = use without a stated basis
page-consent-used-beyond-what-was-public = used beyond what was public
page-consent-no-basis = no basis
page-consent-refused = refused
page-consent-not-stated = not stated
page-sale-agrees = the lists agree
page-sale-disagrees = the lists disagree
page-sale-open = copied, direction unknown
page-sale-no-tie = no list shows it

# Caveats
page-caveat-guilt =
    No one is found guilty here. A copy is named before a party, and a grade says how well a statement is supported.
page-caveat-alleged =
    A dotted line or grade G0 is somebody’s word, with no document and no data behind it. A dashed line is inferred
    from the lists.
page-caveat-through =
    A line between two lists means that no other list in this case lies between them. Others may have handled the
    data in between.
page-caveat-absence = No line means no evidence, not that nothing happened.
page-caveat-client =
    The client itself and every other recipient of the same list remain possible sources. Each card says what was
    found about them.
page-caveat-people = The people in the lists are not shown, and no line says anything about them.
