-- Base tables of a case. People and named queries read the views of views.sql, never these tables.
-- Identifier keys (BIGINT): phones are E.164 digits (< 10^15); e-mails, mapped keys and hashes of
-- numbers lie in ranges of their own (tracer/identify/keys.py).

-- One relation per dataset part: raw.d<no>_p<part>(row BIGINT, c0 VARCHAR, c1 VARCHAR, …). It may be a view that counts
-- the rows of raw.d<no>_p<part>_cells, so `lists.read.landing.drop_raw` drops it, not DROP TABLE.
CREATE SCHEMA raw;

CREATE TABLE meta (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
-- every file that lies in the vault, by the SHA-256 of its clear bytes
CREATE TABLE original (sha256 VARCHAR PRIMARY KEY, bytes BIGINT NOT NULL, name VARCHAR NOT NULL, stored_at TIMESTAMP NOT NULL);

-- what is in the journal under a pseudonym -> what it stands for
CREATE TABLE journal_name (shown VARCHAR PRIMARY KEY, clear VARCHAR NOT NULL);

-- ------------------------------------------------------------------ dossier: what people say, what documents show
-- {party} and the like: the columns of the records that tracer/records.py declares
CREATE TABLE party (
    {party},
    merged_into VARCHAR                        -- the party that this one turned out to be
);
-- what a merge moved, so that it can be taken apart: see `dossier.parties`
CREATE TABLE party_merge (merged VARCHAR NOT NULL, into_party VARCHAR NOT NULL, moved VARCHAR NOT NULL);
CREATE TABLE party_alias (party VARCHAR NOT NULL, alias VARCHAR NOT NULL);
CREATE TABLE evidence (
    {evidence},
    sha256 VARCHAR, bytes BIGINT               -- of the clear bytes; the encrypted original lies in the vault under its sha256
);
CREATE TABLE relation (no INTEGER PRIMARY KEY, {relation});
CREATE TABLE claim ({claim});
CREATE TABLE reply ({reply});
CREATE TABLE line ({line});
-- what carriers ask of who calls on their lines; the tool's own table where the manifest names none
CREATE TABLE calling_rule (
    id VARCHAR PRIMARY KEY, kind VARCHAR NOT NULL,     -- hours, per_number, per_caller, complaints
    carrier VARCHAR, province VARCHAR, since DATE, until DATE,
    earliest VARCHAR, latest VARCHAR,          -- HH:MM, local; calls at `latest` are too late
    at_most DOUBLE, default_table BOOLEAN NOT NULL
);
CREATE TABLE judgement (
    no INTEGER PRIMARY KEY, a VARCHAR NOT NULL, b VARCHAR NOT NULL, verdict VARCHAR NOT NULL,
    note VARCHAR, "at" TIMESTAMP NOT NULL, who VARCHAR,
    withdraws INTEGER                          -- of a withdrawal: the number of the judgement that it takes back
);

-- ------------------------------------------------------------------ lists
CREATE TABLE dataset (
    no INTEGER PRIMARY KEY,                    -- one per loaded version; `id` is what people use
    id VARCHAR NOT NULL, version INTEGER NOT NULL, current BOOLEAN NOT NULL,
    holder VARCHAR NOT NULL, obtained DATE, created DATE, exported DATE,
    living BOOLEAN,                            -- whether it went on after its first day; NULL: not known
    origin VARCHAR NOT NULL,
    path VARCHAR NOT NULL,                     -- where it was loaded from
    sha256 VARCHAR NOT NULL, bytes BIGINT NOT NULL,
    format VARCHAR NOT NULL, encoding VARCHAR, region VARCHAR NOT NULL,
    rows BIGINT NOT NULL,                      -- data rows after the header, accepted or rejected
    identifiers BIGINT NOT NULL,               -- distinct
    contacts BIGINT NOT NULL,                  -- distinct contacts (see contact_alias)
    rejected BIGINT NOT NULL,                  -- rows without any usable identifier
    duplicates BIGINT NOT NULL,                -- rows that name only contacts an earlier row has named
    hashes BIGINT NOT NULL DEFAULT 0,          -- of the identifiers, those that are hashes
    masked BIGINT NOT NULL DEFAULT 0,          -- rows with a masked number or address
    -- the account of the file's lines: lines + further = header + title + rows + blank + continued + left_out; NULL for
    -- what never was a file, or was loaded before accounts were kept (tracer/lists/read/account.py)
    lines BIGINT, header BIGINT, title BIGINT, blank BIGINT, continued BIGINT, further BIGINT, left_out BIGINT,
    collected_under VARCHAR, used_under VARCHAR, evidence VARCHAR[] NOT NULL DEFAULT [],
    options VARCHAR NOT NULL DEFAULT '{}',     -- JSON: how it was read (encoding, map, sheet, region)
    loaded_at TIMESTAMP NOT NULL, purged_at TIMESTAMP,
    list_title VARCHAR, title_en VARCHAR, title_zh VARCHAR, -- as readers see it, in any language or in one
    labels BIGINT                              -- lines of address_label; NULL: loaded before they were kept
);
CREATE TABLE part (
    dataset INTEGER NOT NULL, part INTEGER NOT NULL, member VARCHAR, sheet VARCHAR, hidden BOOLEAN NOT NULL,
    format VARCHAR NOT NULL, encoding VARCHAR, delimiter VARCHAR, header_row BIGINT,
    first_row BIGINT NOT NULL,                 -- `row` of this part's first data row within the dataset (1-based)
    rows BIGINT NOT NULL, raw_table VARCHAR NOT NULL,
    profile VARCHAR                            -- the program whose export it is, where its headings are known
);
CREATE TABLE dataset_column (
    dataset INTEGER NOT NULL, part INTEGER NOT NULL, position INTEGER NOT NULL, header VARCHAR,
    role VARCHAR NOT NULL,                     -- phone, email, key, phone_hash, email_hash, phone_mask, name, organisation, address, date, created, deleted, id, site, secret, other
    how VARCHAR NOT NULL,                      -- header, content, map, format
    piece VARCHAR                              -- given_name, middle_name, family_name, city, province: the part of its role that the column holds
);
-- (dataset, key) is unique; `row` is the first row that has the key; written per dataset, sorted by key.
CREATE TABLE membership (dataset INTEGER NOT NULL, key BIGINT NOT NULL, row BIGINT NOT NULL);
-- the further rows of the same key
CREATE TABLE duplicate (dataset INTEGER NOT NULL, key BIGINT NOT NULL, row BIGINT NOT NULL);
-- sparse: only where a key is not the strongest identifier of its contact
CREATE TABLE contact_alias (dataset INTEGER NOT NULL, key BIGINT NOT NULL, contact BIGINT NOT NULL);
-- masked Chinese mobile numbers, 11 characters, * for a hidden digit: for statistics only, they never link
CREATE TABLE mask (dataset INTEGER NOT NULL, row BIGINT NOT NULL, mask VARCHAR NOT NULL);
-- what addresses say of themselves: `shop` of anna+shop@…, of shop@anna.example, of shop.k3f@ a relay; as written, and so
-- never shown; `form`: tag, own_domain, relay, relay_domain; `person`: key of what is left of the address; first row
CREATE TABLE address_label (dataset INTEGER NOT NULL, row BIGINT NOT NULL, person BIGINT NOT NULL, form VARCHAR NOT NULL, label VARCHAR NOT NULL);
CREATE TABLE reject (
    dataset INTEGER NOT NULL, row BIGINT NOT NULL, position INTEGER, raw VARCHAR, reason VARCHAR NOT NULL,
    row_kept BOOLEAN NOT NULL                  -- the row has another, usable identifier
);
-- identifiers that never link: all-same digits, placeholders, hotlines
CREATE TABLE junk (dataset INTEGER NOT NULL, key BIGINT, raw VARCHAR, reason VARCHAR NOT NULL, rows BIGINT NOT NULL, names BIGINT NOT NULL);
CREATE TABLE segment (
    prefix VARCHAR NOT NULL, province VARCHAR, city VARCHAR, carrier VARCHAR,
    kind VARCHAR                               -- network, virtual (a virtual operator's), iot, satellite
);

-- ------------------------------------------------------------------ marking
CREATE TABLE canary (
    no INTEGER PRIMARY KEY, phone BIGINT, email BIGINT, phone_raw VARCHAR, email_raw VARCHAR,
    name VARCHAR, organisation VARCHAR, address VARCHAR,
    kind VARCHAR NOT NULL,                     -- canary, home, control, reserve
    state VARCHAR, since DATE, until DATE, consent VARCHAR, note VARCHAR,
    imported_at TIMESTAMP NOT NULL,
    city VARCHAR, postcode VARCHAR             -- of a postal address that its owner controls
);
-- keys of a canary with neither number nor mail address: of an invented person's name and birthday, say
CREATE TABLE canary_key (
    canary INTEGER NOT NULL, key BIGINT NOT NULL,
    rate DOUBLE NOT NULL                       -- at most so likely one stranger has any of its canary's keys
);
-- cells that a list writes in two ways which mean the same (tracer/marking/choices): each copy of a draw has one of the
-- two, by bits that come from `seed` and the release's id; `no` from 0
CREATE TABLE choice_draw (draw VARCHAR NOT NULL, seed BLOB NOT NULL);
CREATE TABLE choice (
    draw VARCHAR NOT NULL, no INTEGER NOT NULL,
    key BIGINT NOT NULL, position INTEGER NOT NULL,    -- the contact, and the column of the released list
    pair VARCHAR NOT NULL, bias DOUBLE NOT NULL        -- the two forms; probability with which each copy has the second
);
CREATE TABLE release (
    id VARCHAR PRIMARY KEY, dataset VARCHAR NOT NULL, recipient VARCHAR NOT NULL, date DATE, ends DATE,
    purpose VARCHAR, use_basis VARCHAR, path VARCHAR, sha256 VARCHAR, rows BIGINT,
    drawn BOOLEAN NOT NULL DEFAULT false,      -- the tool itself drew its canaries at random
    commitment VARCHAR, design VARCHAR,        -- root of the register; JSON of the design
    evidence VARCHAR[] NOT NULL DEFAULT [], registered_at TIMESTAMP NOT NULL,
    committed VARCHAR,                         -- JSON: this release's own leaf, as the register was committed over it
    foreign_rows BIGINT,                       -- of a copy that was handed over: rows that the dataset lacks and that are not canaries
    canary_rows INTEGER[]                      -- of a copy that was handed over: rows that were said to be canaries
);
CREATE TABLE release_canary (
    release VARCHAR NOT NULL, canary INTEGER NOT NULL,
    scheme VARCHAR NOT NULL,                   -- unique, reserve, pool, pair; second: it lends another's persona its number or address
    persona VARCHAR,                           -- JSON: the cells of its row in the copy, by position
    row BIGINT                                 -- its data row in the copy
);
-- all canaries of a draw, whichever copies got them, with the probability with which each copy was to get them
CREATE TABLE code_position (
    draw VARCHAR NOT NULL, canary INTEGER NOT NULL, scheme VARCHAR NOT NULL, bias DOUBLE NOT NULL,
    made VARCHAR[],                            -- name, organisation, address: those of the canary's that the draw made up
    freed BOOLEAN                              -- every copy that had it was withdrawn: another draw may use it
);
-- contacts that the dataset had and the copy lacks; `drawn`: the tool itself chose them at random
CREATE TABLE withheld (release VARCHAR NOT NULL, key BIGINT NOT NULL, drawn BOOLEAN NOT NULL);
-- what a look-up service was to be asked, one line a sheet; sheets of one campaign go on from each other's answers
CREATE TABLE probe_plan (
    id VARCHAR PRIMARY KEY, campaign VARCHAR NOT NULL, -- the first sheet's id
    stage INTEGER NOT NULL, service VARCHAR NOT NULL,  -- a party
    dataset VARCHAR NOT NULL, suspects VARCHAR[] NOT NULL,
    settings VARCHAR NOT NULL,                         -- JSON
    digest VARCHAR NOT NULL,                           -- SHA-256 over what each question was, journaled before an answer came
    planned_at TIMESTAMP NOT NULL
);
-- the questions in the sheet's order, with what the sheet does not say: what each one is
CREATE TABLE probe_question (
    plan VARCHAR NOT NULL, no INTEGER NOT NULL,
    kind VARCHAR NOT NULL,                             -- pool, own, control, home, ordinary, withheld
    canary INTEGER, key BIGINT,                        -- a controlled identity, or a person of the dataset
    release VARCHAR,                                   -- own: whose mark; withheld: the copy that lacks the row
    share DOUBLE,                                      -- own: the copy's share of the error
    found BOOLEAN, agrees VARCHAR,                     -- the answer; name shown: full, masked, other, NULL for none
    answered_at TIMESTAMP
);
-- copies that were taken back before a recipient had them, with their canaries and withheld rows: what was committed
-- stays what it was, and everything but the register looks for copies in `release` alone. Columns as there.
CREATE TABLE withdrawn_release (
    id VARCHAR PRIMARY KEY, dataset VARCHAR NOT NULL, recipient VARCHAR NOT NULL, date DATE, ends DATE,
    purpose VARCHAR, use_basis VARCHAR, path VARCHAR, sha256 VARCHAR, rows BIGINT,
    drawn BOOLEAN NOT NULL DEFAULT false, commitment VARCHAR, design VARCHAR,
    evidence VARCHAR[] NOT NULL DEFAULT [], registered_at TIMESTAMP NOT NULL, committed VARCHAR,
    foreign_rows BIGINT, canary_rows INTEGER[],
    withdrawn_at TIMESTAMP NOT NULL, reason VARCHAR NOT NULL
);
CREATE TABLE withdrawn_canary (
    release VARCHAR NOT NULL, canary INTEGER NOT NULL, scheme VARCHAR NOT NULL, persona VARCHAR, row BIGINT,
    freed BOOLEAN NOT NULL,                    -- no other copy has it, so that another draw may use it …
    name VARCHAR, organisation VARCHAR, address VARCHAR -- … and what it was called until then
);
CREATE TABLE withdrawn_withheld (release VARCHAR NOT NULL, key BIGINT NOT NULL, drawn BOOLEAN NOT NULL);
-- what time-stamp authorities answered about the root of a draw's register (RFC 3161)
CREATE TABLE register_stamp (
    draw VARCHAR NOT NULL, root VARCHAR NOT NULL,
    response BLOB NOT NULL, sha256 VARCHAR NOT NULL,   -- the answer (DER), and its hash
    stamped_at TIMESTAMP NOT NULL,                     -- UTC, as the authority says
    authority VARCHAR, serial VARCHAR NOT NULL,
    ca VARCHAR,                                        -- PEM: the certificates that its signature was verified with; NULL: it was not
    taken_in_at TIMESTAMP NOT NULL
);

-- ------------------------------------------------------------------ comparing without showing
-- one a file that was handed over; secrets are derived from the case's, never stored
CREATE TABLE blind_exchange (
    id VARCHAR NOT NULL, side VARCHAR NOT NULL,        -- offered, answered, fingerprints
    party VARCHAR NOT NULL,                            -- the other side
    datasets INTEGER[] NOT NULL,                       -- numbers of the datasets that were compared
    canaries INTEGER NOT NULL,                         -- canaries up to this number were compared with them; 0: none
    members BIGINT NOT NULL,                           -- own identifiers
    other_members BIGINT, shared BIGINT,               -- the other side's; in both, NULL where it was not revealed
    counted_only BOOLEAN NOT NULL DEFAULT false,       -- how many, not which
    dataset INTEGER,                                   -- the blind dataset that it became
    made_at TIMESTAMP NOT NULL, finished_at TIMESTAMP
);
-- what a blind dataset shares with the case's own lists; `hash`: the stand-in in `membership`
CREATE TABLE blind_match (dataset INTEGER NOT NULL, key BIGINT NOT NULL, hash BIGINT NOT NULL, row BIGINT NOT NULL);

-- what time-stamp authorities answered about the journal's head (RFC 3161); columns as in register_stamp
CREATE TABLE journal_stamp (
    entries BIGINT NOT NULL, head VARCHAR NOT NULL,    -- lines of the journal then, and the hash of the last
    response BLOB NOT NULL, sha256 VARCHAR NOT NULL, stamped_at TIMESTAMP NOT NULL,
    authority VARCHAR, serial VARCHAR NOT NULL, ca VARCHAR, taken_in_at TIMESTAMP NOT NULL
);

-- ------------------------------------------------------------------ signals
CREATE TABLE signal_file (no INTEGER PRIMARY KEY, path VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, format VARCHAR NOT NULL, rows BIGINT NOT NULL, rejected BIGINT NOT NULL, loaded_at TIMESTAMP NOT NULL,
    first_at TIMESTAMP, last_at TIMESTAMP,     -- of all its records (UTC), those to other numbers too
    own BIGINT                                 -- the telephone whose log it is; NULL for a switch
);
CREATE TABLE signal (
    file INTEGER NOT NULL, row BIGINT NOT NULL, "at" TIMESTAMP, zone VARCHAR, channel VARCHAR NOT NULL,
    caller VARCHAR, called_key BIGINT, canary INTEGER, duration_s DOUBLE, text VARCHAR, raw VARCHAR,
    subject VARCHAR,                           -- of a mail; `text` is the subject and the body
    timed VARCHAR                              -- by whose clock a mail has its time: server, arrival, sender; NULL for calls
);
-- every call and message in the log of a switch, a dialler or a call-centre cloud, to any number: who called whom, and
-- when. For counting by line, rule and refusal only: no view shows one of its numbers. `caller`: as
-- `identify.callers` reads it, a plus and the digits of a number with its country; bare digits in cases of 0.2.
CREATE TABLE call_record (file INTEGER NOT NULL, "at" TIMESTAMP NOT NULL, channel VARCHAR NOT NULL, caller VARCHAR NOT NULL, called BIGINT NOT NULL);
-- mail to unwatched addresses in a domain (or with a plus-tag of a mailbox) in which a canary has its own:
-- strangers who try many addresses reach them, a leak does not. They may be other people's: so nothing is kept of what
-- was said, no view shows a row, and none counts as a hit. `caller` joins the mails of one sender; `called`: the key of
-- the address, to count each once.
CREATE TABLE stray_mail (file INTEGER NOT NULL, row BIGINT NOT NULL, "at" TIMESTAMP NOT NULL, caller VARCHAR, called BIGINT NOT NULL);
-- records that could not be read, those of complaints too; `cell` is the one that is at fault
CREATE TABLE signal_reject (file INTEGER NOT NULL, row BIGINT NOT NULL, reason VARCHAR NOT NULL, cell VARCHAR, raw VARCHAR);
-- how far a mailbox of a server has been fetched; a server that numbers its messages again has another uidvalidity
CREATE TABLE mailbox (name VARCHAR NOT NULL, uidvalidity BIGINT NOT NULL, last_uid BIGINT NOT NULL, "at" TIMESTAMP NOT NULL);
CREATE TABLE fetched_mail (identity VARCHAR NOT NULL);         -- SHA-256 of a message's bytes, its lines ended by LF
-- planned campaigns, which are not a leak; both days inside; NULL channel: all
CREATE TABLE allowed_window (file INTEGER NOT NULL, row BIGINT NOT NULL, release VARCHAR NOT NULL, channel VARCHAR, first DATE NOT NULL, last DATE NOT NULL, note VARCHAR);
CREATE TABLE complaint (file INTEGER NOT NULL, row BIGINT NOT NULL, "at" TIMESTAMP, caller VARCHAR, called VARCHAR, text VARCHAR, zone VARCHAR);

-- ------------------------------------------------------------------ what a watch has concluded and whom it has informed
CREATE TABLE conclusion (
    no INTEGER PRIMARY KEY, thread VARCHAR NOT NULL,            -- copy:…, client:…, register:…, undecided:…, alive:…, test:…
    version INTEGER NOT NULL, "at" TIMESTAMP NOT NULL,
    state VARCHAR NOT NULL,                    -- JSON: that of which a change is reported
    facts VARCHAR NOT NULL,                    -- JSON: what it rests on
    reading STRUCT(code VARCHAR, numbers VARCHAR) NOT NULL
);
-- one row for each message and each channel by which it goes out; kept before anything is sent
CREATE TABLE delivery (
    conclusion INTEGER NOT NULL, channel VARCHAR NOT NULL, rank INTEGER NOT NULL, attempts INTEGER NOT NULL,
    next_at TIMESTAMP NOT NULL, delivered_at TIMESTAMP, fault VARCHAR, given_up BOOLEAN NOT NULL
);

-- what arrived and could not be read; its bytes are among the originals. `source`: a path below the watched folder, or a
-- mailbox and a message's number; `done_at`: when it was read after all, or dropped
CREATE TABLE set_aside (
    no INTEGER PRIMARY KEY, "at" TIMESTAMP NOT NULL, source VARCHAR NOT NULL, sha256 VARCHAR NOT NULL,
    bytes BIGINT NOT NULL, reason VARCHAR NOT NULL, done_at TIMESTAMP
);

-- ------------------------------------------------------------------ findings: append-only, superseded, never overwritten
CREATE TABLE trace_run (
    run INTEGER PRIMARY KEY, "at" TIMESTAMP NOT NULL, version VARCHAR NOT NULL, inputs VARCHAR NOT NULL, result VARCHAR,
    facts VARCHAR,                             -- JSON: fact -> digest, as the run found it; NULL in runs that did not keep it
    judged INTEGER                             -- number of the newest judgement that the run used; 0: none
);
CREATE TABLE overlap (
    run INTEGER NOT NULL, superseded INTEGER, a VARCHAR NOT NULL, b VARCHAR NOT NULL,   -- a < b
    shared BIGINT NOT NULL, a_contacts BIGINT NOT NULL, b_contacts BIGINT NOT NULL,
    expected DOUBLE NOT NULL, excess DOUBLE NOT NULL, p_value DOUBLE NOT NULL
);
CREATE TABLE derivation (
    run INTEGER NOT NULL, superseded INTEGER, parent VARCHAR NOT NULL, child VARCHAR NOT NULL,
    probability DOUBLE NOT NULL, grade VARCHAR NOT NULL, shared BIGINT NOT NULL,
    parent_contacts BIGINT NOT NULL, child_contacts BIGINT NOT NULL, share_of_child DOUBLE NOT NULL,
    via VARCHAR,                               -- id of a proposed hidden dataset
    reasons STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL, against STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL,
    weights VARCHAR NOT NULL,                  -- JSON: [{"signal","value","weight" (nats),"text"}], the waterfall of `why`
    kind VARCHAR DEFAULT 'copy',               -- copy, version (an older and a newer state of one holder's list), exchange (each took from the other)
    direction VARCHAR DEFAULT 'told',          -- told, not_told
    without_judgement DOUBLE                   -- where a person has judged the pair, or confirmed the reverse: the probability without that
);
-- what the lists show of each pair that has contacts in common: the table that derivations are read from
CREATE TABLE pair_evidence (
    run INTEGER NOT NULL, superseded INTEGER, a VARCHAR NOT NULL, b VARCHAR NOT NULL,   -- in the order of ids
    shared DOUBLE, size_a DOUBLE, size_b DOUBLE, two DOUBLE, family DOUBLE, third DOUBLE, thirds DOUBLE, usual_a DOUBLE,
    low_a DOUBLE, unlike_a DOUBLE, elsewhere_a DOUBLE, usual_b DOUBLE, low_b DOUBLE, unlike_b DOUBLE, elsewhere_b DOUBLE,
    rate_ab DOUBLE, gain_ab DOUBLE, rows_ab DOUBLE, early_ab DOUBLE, rank_ab DOUBLE, rate_ba DOUBLE, gain_ba DOUBLE,
    rows_ba DOUBLE, early_ba DOUBLE, rank_ba DOUBLE, filled DOUBLE, differ DOUBLE, varied DOUBLE, alike DOUBLE, alone DOUBLE,
    slip_a DOUBLE, slip_b DOUBLE, repeats_a DOUBLE, repeats_b DOUBLE, before DOUBLE, same DOUBLE, after DOUBLE,
    batch_a DOUBLE, batch_b DOUBLE, dated_a DOUBLE, dated_b DOUBLE, by_a DOUBLE, late_a DOUBLE, further_a DOUBLE,
    by_b DOUBLE, late_b DOUBLE, further_b DOUBLE, newer_a DOUBLE, newer_b DOUBLE, strangers DOUBLE, ways_numbers DOUBLE,
    ways_names DOUBLE, ways_filled DOUBLE, one_holder DOUBLE, version DOUBLE, follows DOUBLE, released_ab DOUBLE,
    released_ba DOUBLE, created DOUBLE, exported DOUBLE, obtained DOUBLE, own_a DOUBLE, public_a DOUBLE, living_a DOUBLE,
    own_b DOUBLE, public_b DOUBLE, living_b DOUBLE, room_ab DOUBLE, room_ba DOUBLE
);
CREATE TABLE hidden (run INTEGER NOT NULL, superseded INTEGER, id VARCHAR NOT NULL, parents VARCHAR[] NOT NULL, children VARCHAR[] NOT NULL, contacts BIGINT NOT NULL, probability DOUBLE NOT NULL, reasons STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL);
CREATE TABLE generation (run INTEGER NOT NULL, superseded INTEGER, ancestor VARCHAR NOT NULL, dataset VARCHAR NOT NULL, hands INTEGER NOT NULL, probability DOUBLE NOT NULL);
-- all ways in which two lists may have come to have contacts in common; `through`: the list in between or the common source
CREATE TABLE explanation (
    run INTEGER NOT NULL, superseded INTEGER, giver VARCHAR NOT NULL, taker VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,                     -- as in `ways.Explanation`
    through VARCHAR, probability DOUBLE NOT NULL,
    without_judgement DOUBLE                   -- of chance and registers, where persons have judged pairs: without that
);
CREATE TABLE unexplained (run INTEGER NOT NULL, superseded INTEGER, dataset VARCHAR NOT NULL, contacts BIGINT NOT NULL, explained BIGINT NOT NULL, unexplained BIGINT NOT NULL);
-- where a list was collected, by the services that its addresses name; without an origin: why none can be given
CREATE TABLE alias_origin (
    run INTEGER NOT NULL, superseded INTEGER, dataset VARCHAR NOT NULL, origin VARCHAR, party VARCHAR,
    votes BIGINT NOT NULL, addresses BIGINT NOT NULL,           -- people who name it; who name any service
    share DOUBLE, low DOUBLE, high DOUBLE, background DOUBLE, p_value DOUBLE, stated BOOLEAN NOT NULL,
    reasons STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL, against STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL
);
-- parts of a list: contacts that no earlier list has, those that were first in another, those of which no day shows it
CREATE TABLE novelty (
    run INTEGER NOT NULL, superseded INTEGER, dataset VARCHAR NOT NULL,
    part VARCHAR NOT NULL,                     -- new, recycled, open
    first VARCHAR, holder VARCHAR, since DATE, since_by VARCHAR, -- the list that had them first; NULL: several
    contacts BIGINT, share DOUBLE,             -- NULL: too few, or it would give away what is
    few BOOLEAN NOT NULL,                      -- too few to be shown
    low DOUBLE NOT NULL, high DOUBLE NOT NULL, -- of the share
    reasons STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL, against STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL
);
-- when a client's rows in another's list left the client; NULL ends: nothing bounds them
CREATE TABLE vintage (
    run INTEGER NOT NULL, superseded INTEGER, client VARCHAR NOT NULL, source VARCHAR NOT NULL, dataset VARCHAR NOT NULL,
    from_day DATE, to_day DATE, best DATE NOT NULL, rate DOUBLE NOT NULL, matched BIGINT NOT NULL,
    later BIGINT NOT NULL, later_seen BIGINT NOT NULL,          -- contacts that the client added after the window
    gone BIGINT NOT NULL, gone_seen BIGINT NOT NULL,            -- that it had deleted before the window
    releases VARCHAR[] NOT NULL, dates VARCHAR NOT NULL,        -- dated in it; JSON: [{"release","recipient","date","nats","inside"}]
    probability DOUBLE NOT NULL, reasons STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL, against STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL
);
CREATE TABLE attribution (
    run INTEGER NOT NULL, superseded INTEGER, dataset VARCHAR NOT NULL, release VARCHAR NOT NULL, recipient VARCHAR NOT NULL,
    accused BOOLEAN NOT NULL, p_value DOUBLE NOT NULL, chance DOUBLE NOT NULL, e_value DOUBLE NOT NULL,
    canaries_seen BIGINT NOT NULL, canaries_planted BIGINT NOT NULL, rows_matched BIGINT NOT NULL,
    grade VARCHAR NOT NULL, reasons STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL, against STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL
);
CREATE TABLE retention (
    run INTEGER NOT NULL, superseded INTEGER, vendor VARCHAR NOT NULL, client VARCHAR NOT NULL, release VARCHAR NOT NULL,
    dataset VARCHAR NOT NULL, seen_in VARCHAR NOT NULL, seen_with VARCHAR NOT NULL, first_seen DATE,
    reading VARCHAR NOT NULL, after_end BOOLEAN, probability DOUBLE NOT NULL, grade VARCHAR NOT NULL,
    reasons STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL, against STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL,
    without_judgement DOUBLE, judgement INTEGER -- where it rests on judgements: the probability without them, the newest
);
CREATE TABLE claim_verdict (
    run INTEGER NOT NULL, superseded INTEGER, claim VARCHAR NOT NULL, dataset VARCHAR, verdict VARCHAR NOT NULL,
    p_value DOUBLE, numbers VARCHAR NOT NULL, alternatives STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL, grade VARCHAR NOT NULL
);
CREATE TABLE chain (
    run INTEGER NOT NULL, superseded INTEGER, parties VARCHAR[] NOT NULL, datasets VARCHAR[] NOT NULL,
    grade VARCHAR NOT NULL, first_seen DATE, last_seen DATE,
    probability DOUBLE,                        -- that all its steps are true
    without_judgement DOUBLE, judgement INTEGER -- where it rests on judgements: the probability without them, the newest
);
-- one a hit on a controlled number: what it shows; `content`: what of the persona the caller used
CREATE TABLE signal_reading (
    run INTEGER NOT NULL, superseded INTEGER, file INTEGER NOT NULL, row BIGINT NOT NULL, canary INTEGER NOT NULL,
    campaign VARCHAR, content VARCHAR, pattern VARCHAR, reading STRUCT(code VARCHAR, numbers VARCHAR) NOT NULL
);
CREATE TABLE campaign (
    run INTEGER NOT NULL, superseded INTEGER, id VARCHAR NOT NULL, channels VARCHAR[] NOT NULL, hits BIGINT NOT NULL,
    numbers BIGINT NOT NULL, evidence BIGINT NOT NULL,          -- controlled numbers; those that say anything
    callers BIGINT NOT NULL, hidden BIGINT NOT NULL,            -- distinct numbers shown; hits that showed none
    first_at TIMESTAMP NOT NULL, last_at TIMESTAMP NOT NULL,
    script VARCHAR,                            -- folded, without persona and digits; NULL where few numbers heard it
    pool VARCHAR, content BIGINT NOT NULL, same_province DOUBLE, reading STRUCT(code VARCHAR, numbers VARCHAR) NOT NULL, releases VARCHAR[] NOT NULL,
    probability DOUBLE, reasons STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL, against STRUCT(code VARCHAR, numbers VARCHAR)[] NOT NULL
);
CREATE TABLE campaign_source (
    run INTEGER NOT NULL, superseded INTEGER, campaign VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,                     -- background, release, merge, intersection, client, register, planted
    releases VARCHAR[] NOT NULL, client VARCHAR, probability DOUBLE NOT NULL
);
CREATE TABLE caller_pool (
    run INTEGER NOT NULL, superseded INTEGER, id VARCHAR NOT NULL, segments VARCHAR[] NOT NULL, calls BIGINT NOT NULL,
    callers BIGINT NOT NULL, complaints BIGINT NOT NULL, low BIGINT NOT NULL, estimate BIGINT, high BIGINT,
    first_at TIMESTAMP NOT NULL, last_at TIMESTAMP NOT NULL, campaigns VARCHAR[] NOT NULL, same_province DOUBLE
);
CREATE TABLE signal_background (
    run INTEGER NOT NULL, superseded INTEGER, medium VARCHAR NOT NULL, numbers BIGINT NOT NULL, months DOUBLE NOT NULL,
    hits BIGINT NOT NULL, rate DOUBLE, low DOUBLE NOT NULL, high DOUBLE
);
-- calls, complaints and their rate; `dimension`: line, vendor, carrier, province
CREATE TABLE complaint_rate (
    run INTEGER NOT NULL, superseded INTEGER, dimension VARCHAR NOT NULL, name VARCHAR NOT NULL, lines VARCHAR[] NOT NULL,
    calls BIGINT NOT NULL, complaints BIGINT NOT NULL, counted BIGINT NOT NULL,   -- of the complaints, those on days that the calls cover
    rate DOUBLE, low DOUBLE, high DOUBLE, p_value DOUBLE, needed BIGINT NOT NULL,
    first_at TIMESTAMP, last_at TIMESTAMP
);
CREATE TABLE line_hand (run INTEGER NOT NULL, superseded INTEGER, line VARCHAR NOT NULL, claimed INTEGER, inferred INTEGER, whole BOOLEAN NOT NULL, path VARCHAR[] NOT NULL, basis VARCHAR);
CREATE TABLE rule_count (
    run INTEGER NOT NULL, superseded INTEGER, line VARCHAR NOT NULL, rule VARCHAR NOT NULL, kind VARCHAR NOT NULL, bound VARCHAR NOT NULL,
    examined BIGINT NOT NULL, violations BIGINT NOT NULL, low DOUBLE NOT NULL, high DOUBLE NOT NULL, first_at TIMESTAMP, last_at TIMESTAMP
);
-- People who refused and were handed on, called or listed all the same; `refusals` and `client` are empty for all lists of refusals together;
-- `of`: the release, line or list, NULL where no line is known;
-- `own`: the refusal was given to the client whose list it was, NULL where it is not known for whom was called.
CREATE TABLE after_refusal (
    run INTEGER NOT NULL, superseded INTEGER, refusals VARCHAR NOT NULL, client VARCHAR NOT NULL, what VARCHAR NOT NULL, of VARCHAR,
    party VARCHAR, released VARCHAR,           -- the dataset that was handed on or listed them
    people BIGINT NOT NULL, events BIGINT NOT NULL, own BOOLEAN, first_day DATE, last_day DATE,
    refused_from DATE, refused_to DATE, known_by VARCHAR -- of a list: by what its day is known (created, exported, obtained)
);
-- people of a dataset who are in a list of refusals; `before`: who had refused before the list's day, as in after_refusal
CREATE TABLE refused_inside (run INTEGER NOT NULL, superseded INTEGER, dataset VARCHAR NOT NULL, refusals VARCHAR NOT NULL, people BIGINT NOT NULL, before BIGINT, own BOOLEAN NOT NULL);
-- `scope`: held (a list), given (a copy), holder, recipient, client (sums); `together`: distinct over the lists of a sum
CREATE TABLE legal_count (
    run INTEGER NOT NULL, superseded INTEGER, scope VARCHAR NOT NULL, party VARCHAR NOT NULL, counterparty VARCHAR, list VARCHAR,
    lists BIGINT NOT NULL, raw BIGINT NOT NULL, repeated BIGINT NOT NULL, untrue BIGINT NOT NULL, people BIGINT NOT NULL, together BIGINT
);
-- answers to statements that were computed on a cluster, with the digest of the facts they rest on; rows lie in held_in
CREATE TABLE cluster_answer (
    question VARCHAR NOT NULL, name VARCHAR NOT NULL, relation VARCHAR NOT NULL, held_in VARCHAR NOT NULL,
    facts VARCHAR NOT NULL, rows BIGINT NOT NULL, imported_at TIMESTAMP NOT NULL
);
-- answers of the last trace that hold until something differs on which they rest (tracer/findings/earlier.py); `lists`:
-- numbers of the datasets whose contents they were computed from
CREATE TABLE earlier_answer (question VARCHAR NOT NULL, name VARCHAR NOT NULL, answer VARCHAR NOT NULL, lists INTEGER[] NOT NULL);
-- large cases: contacts of dataset a that b has, too, by number; and the datasets whose pairs are all in it
CREATE TABLE pair_count (a INTEGER NOT NULL, b INTEGER NOT NULL, contacts BIGINT NOT NULL);
CREATE TABLE pair_counted (dataset INTEGER NOT NULL);
CREATE TABLE party_suggestion (a VARCHAR NOT NULL, b VARCHAR NOT NULL, score DOUBLE NOT NULL, reason VARCHAR NOT NULL);
