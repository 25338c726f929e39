### A case at a glance: `tracer status`.

status-no-lists = No lists yet. Load one: tracer load FILE --holder PARTY
status-lists = Lists    { $lists } with { $rows } rows; newest: { $newest }
status-parties = Parties  { $n }: { $roles }
status-copies = Copies   { $copies }; { $canaries } controlled identities, { $signals } signals
status-never-traced = Traced   never: tracer trace
status-traced = Traced   run { $run } on { $at } UTC: { $findings } findings
status-changed = Since    { $what } changed: tracer trace
status-unchanged = Since    nothing has changed
status-waiting-head = Waiting for you
status-nothing-waits = Nothing is waiting for you.

# What waits for a person: names of parties or lists, and how many more there are
status-waiting-same-party =
    { $names }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    } may be one party: tracer party merge A B
status-waiting-not-asked =
    { $names }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    } not asked yet: tracer reply add PARTY --asked DAY --deadline DAY
status-waiting-no-answer =
    { $names }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    } gave no answer by the deadline: tracer reply list
status-waiting-rejected =
    { $names }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    } lost a fifth of the rows or more: tracer query rejects
status-waiting-without-day =
    { $names }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    } without a day, which directions rest on: tracer dataset edit
status-waiting-leak =
    Reported by the watch: { $names }{ $more ->
        [0] {""}
       *[other] {" "}And { $more } more.
    }
status-waiting-unreached = A mailbox was not reached when the watch last looked: { $names }
status-waiting-untold =
    Alarms could not be sent and are tried again by tracer watch: { $names }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    }
status-waiting-aside =
    { $names ->
        [1] 1 input that arrived could not be read: tracer aside list
       *[other] { $names } inputs that arrived could not be read: tracer aside list
    }
status-waiting-unplanted =
    { $names ->
        [1] 1 home canary is in no list of your own that is loaded. Enter it, load the list again
       *[other] { $names } home canaries are in no list of your own that is loaded. Enter them, load the list again
    }: tracer load FILE --origin own --replace

# What findings rest on
status-fact-datasets = lists
status-fact-parties = parties
status-fact-releases = copies
status-fact-canaries = canaries
status-fact-judgements = decisions
status-fact-claims = claims
status-fact-segments = number blocks
status-fact-lines = lines
status-fact-relations = relations
status-fact-rules = calling rules
status-fact-signals = records of calls and mail
status-fact-aliases = names of parties
status-fact-region = the country
status-fact-version = tracer itself
