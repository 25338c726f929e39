### What an export leaves out.

left-out-sources =
    { $n ->
        [one] One protected source is named by a pseudonym.
       *[other] { $n } protected sources are named by pseudonyms.
    }
left-out-documents = What protected sources said, and documents that they gave, are left out.
left-out-file-names =
    { $n ->
        [one] The name of one file is replaced by “withheld”: it names somebody in a list.
       *[other] The names of { $n } files are replaced by “withheld”: they name people in lists.
    }
left-out-short-names =
    { $n ->
        [one] One name of a protected source is too short to be searched for.
       *[other] { $n } names of protected sources are too short to be searched for.
    } Read what is quoted before you hand it on.
left-out-unasked = Not asked for a reply, although headlines name them: { $parties }. The reason: “{ $because }”.
left-out-unnamed =
    Something is left out here to protect sources: who they are, what they gave, and what they said.
left-out-days =
    A list that came from a source has the last day of that month as its date, and its holder is not named.
party-unnamed = a party that is not named here
left-out-masked =
    Phone numbers, e-mail addresses and hashes of them are masked. Hashes of files and findings stay whole.
left-out-part =
    Only a part is shown ({ $asked }). Left out: { $nodes ->
        [one] 1 node
       *[other] { $nodes } nodes
    } and { $edges ->
        [one] 1 edge
       *[other] { $edges } edges
    } of the case.
left-out-edition-parties =
    { $n ->
        [one] This edition leaves out one party, with its lists and all that is said of it.
       *[other] This edition leaves out { $n } parties, with their lists and all that is said of them.
    }
left-out-edition-lists =
    { $n ->
        [one] This edition leaves out one list, with its copies and all that is said of them.
       *[other] This edition leaves out { $n } lists, with their copies and all that is said of them.
    }
left-out-edition-stories =
    { $n ->
        [one] This edition does not tell one story; what it rests on is still among the findings.
       *[other] This edition does not tell { $n } stories; what they rest on is still among the findings.
    }
edition-renamed =
    { $n ->
        [one] One party or list has another name here than in the case; in quotes the name is in brackets.
       *[other] { $n } parties or lists have other names here than in the case; in quotes these are in brackets.
    }
edition-headlines =
    { $n ->
        [one] One headline is the editor’s; the finding in the tool’s words is below it.
       *[other] { $n } headlines are the editor’s; the finding in the tool’s words is below each.
    }
list-unnamed = a list that is not shown here
left-out-pictures = Pictures leave only by name: { $pictures }.

### Documents for an annex.

exhibit-unchanged = no
exhibit-changed = metadata removed, numbers in texts masked

### The folder that hands a case over.

handover-title = { $name }: handed over on { $day }
handover-journal = who did what when; each line holds the hash of the one before it
handover-hashes = SHA-256 and length of every file that was loaded, and of what it is
handover-findings = what was found; numbers are masked, protected parties have pseudonyms
handover-graph = the same as a graph
handover-registers = what was committed about marked copies before they left
handover-anchors = time stamps (RFC 3161) over heads of the journal, and what they stamp
handover-originals = the files themselves, named by their SHA-256
handover-no-originals = not handed over; only their hashes
handover-check = Check it with Python alone: { $command }
handover-heads =
    Compare the head that it prints, and those in anchors/, with what somebody outside has kept ({ $command }).

### FollowTheMoney, and findings as a workbook.

findings-none = no findings
ftm-reply = right of reply: { $state }
ftm-contacts =
    { $contacts } contacts{ $purged ->
        [none] {""}
       *[other] , contents purged { $purged }
    }
ftm-signals =
    { $n ->
        [one] 1 signal
       *[other] { $n } signals
    }
ftm-shared = shared: { $value }
ftm-against = against: { $text }

### The first sheet of a workbook of findings.

workbook-about = Read me first
workbook-made = Findings of this case, as of { $day }.
workbook-left-out = What is left out
workbook-sheets = Sheet
workbook-rows = Rows
workbook-answers = What it answers
workbook-sheet = Sheet
workbook-column = Column
workbook-kind = Kind of value
workbook-meaning = What it means
workbook-grades = Grades: what kind of support there is
workbook-reading = How to read the cells
workbook-note-text = Days, numbers and percentages are true values. Ids and numbers of phones are text, and no cell is a formula.
workbook-note-few = <{ -least } means fewer than { -least } people: the exact number is held back.
workbook-note-codes = Columns that end in _code or _codes hold the same as the sentences, for programs. They are hidden.

exports-fonts-named = The SVG names its fonts and does not hold them: { $why }
exports-fonts-large =
    The SVG names its fonts: holding them would add { $kilobytes } kB. `--fonts embed` or `--fonts outline` makes it
    look the same everywhere.
