-- The datasets of the case
-- answers: Which lists are here, who held them, and what became of their rows?
-- param holder id = none: only datasets of this party
-- column dataset id: the dataset
-- column holder id: the party it was obtained from
-- column obtained date: the day it was obtained
-- column rows integer: data rows after the header, accepted or rejected
-- column identifiers integer: distinct identifiers
-- column rejected integer: rows without a usable identifier
-- column duplicates integer: rows that name only contacts an earlier row has named
-- column format text: the file's format
-- column encoding text: the file's text encoding
-- column created date: the day it came into being, where known
-- column exported date: the day of this export, where known
-- column living boolean: whether the list went on after its first day; empty where it is not known
-- column origin text: own, obtained, refusals or register
-- column contacts integer: distinct contacts
-- column hashes integer: of the identifiers, those that are hashes
-- column masked integer: rows with a masked number or address
-- column version integer: 1 for the first file of this id
-- column collected_under text: the lawful basis of collection
-- column used_under text: the lawful basis of use
-- column purged_at moment: when its contents were removed
-- detail lines integer: lines of the file (rows of its sheets, records); lines + further = header + title + rows + blank + continued + left_out
-- detail header integer: lines that name the columns
-- detail title integer: lines above the header, not blank
-- detail blank integer: lines of nothing
-- detail continued integer: lines of cells that go on over a line end
-- detail further integer: rows beyond the first of one line of free text
-- detail left_out integer: records that are not read
SELECT dataset, holder, obtained, rows, identifiers, rejected, duplicates, format, encoding, created, exported, living, origin,
    contacts, hashes, masked, version, collected_under, used_under, purged_at, lines, header, title, blank, continued,
    further, left_out
FROM views.datasets
WHERE $holder IS NULL OR holder = $holder
ORDER BY dataset
