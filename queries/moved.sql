-- Moved
-- answers: What did the last trace find otherwise than the one before, or than a trace of last week, and which facts moved it?
-- param run integer = none: the run that moved it (default: the last)
-- param since date = none: all that has changed since this day, in place of one run: the findings of the last trace before it
--   are held against those of now
-- param dataset id = none: only what touches this dataset
-- param lang language = en: language of `because`
-- column parent id: the dataset that was copied; of other findings the copy, the client's list, the giver, the list or the claim
-- column child id: the copy; of other findings the list in which it was found, the taker, or the copy that is named
-- column before number: probability in the run before; null where it was not stated (under .05) or has none
-- column after number: probability in this run; null likewise
-- column grade_before text: G0 to G5
-- column grade_after text: G0 to G5
-- column because sentence: the judgements that are new, and whether other facts changed too
-- column cause text: judgement (nothing else changed), both, other (no judgement is new), unrecorded
-- column judgements list: numbers of the new judgements
-- column judged boolean: one of these is about this very pair
-- column run integer: the run that moved it
-- column finding text: derivation, retention, chain, attribution, vintage, claim
-- column what text: new (not stated before), moved, gone
-- column said_before text: its reading or verdict before
-- column said_after text: its reading or verdict now
-- column came_in boolean: it is of a list that came in since
WITH runs AS (
    SELECT run, "at", judged, changed, lag(run) OVER w AS prior FROM views.trace_runs WINDOW w AS (ORDER BY run)
), span AS (
    SELECT run, CASE WHEN $since IS NULL THEN prior
        ELSE coalesce((SELECT max(run) FROM runs WHERE CAST("at" AS DATE) < $since), 0) END AS prior
    FROM runs WHERE run = coalesce($run, (SELECT max(run) FROM runs))
), asked AS (
    SELECT span.run, span.prior, p."at" AS prior_at, r.judged, CASE WHEN span.prior = 0 THEN 0 ELSE p.judged END AS prior_judged,
        -- the first run of a case has none before it: what it found rests on all facts
        (SELECT bool_or(b.changed IS NULL AND b.prior IS NOT NULL) FROM runs b WHERE b.run > span.prior AND b.run <= span.run) AS unknown,
        (SELECT list_sort(list_distinct(flatten(list(coalesce(b.changed, []))))) FROM runs b WHERE b.run > span.prior AND b.run <= span.run) AS changed
    FROM span JOIN runs r ON r.run = span.run LEFT JOIN runs p ON p.run = span.prior
    WHERE span.prior IS NOT NULL
), fresh AS (
    SELECT list(j.judgement ORDER BY j.judgement) AS judgements,
        list({'judgement': j.judgement, 'a': j.a, 'b': j.b, 'verdict': j.verdict} ORDER BY j.judgement) AS details
    FROM asked JOIN views.judgements j ON j.judgement > asked.prior_judged AND j.judgement <= asked.judged
), told AS (
    SELECT asked.*, narrow, coalesce(fresh.judgements, []) AS judgements, coalesce(fresh.details, []) AS details,
        list_filter(changed, lambda fact: (fact <> 'judgements' OR fresh.judgements IS NULL)
            -- what a derivation may rest on (`stages.STAGES`)
            AND (NOT narrow OR fact IN ('datasets', 'parties', 'releases', 'canaries', 'judgements', 'version'))) AS others
    FROM asked, fresh, (VALUES (true), (false)) of(narrow)
), why AS (
    SELECT *, CASE WHEN unknown OR len(judgements) = 0 AND len(others) = 0 THEN 'unrecorded'
        WHEN len(judgements) = 0 THEN 'other' WHEN len(others) = 0 THEN 'judgement' ELSE 'both' END AS cause
    FROM told
), was AS (
    SELECT f.* FROM views.finding_history f, asked
    WHERE f.run <= asked.prior AND (f.superseded IS NULL OR f.superseded > asked.prior)
), now AS (
    SELECT f.* FROM views.finding_history f, asked
    WHERE f.run <= asked.run AND (f.superseded IS NULL OR f.superseded > asked.run)
), pair AS (
    SELECT coalesce(was.finding, now.finding) AS finding, coalesce(was.about, now.about) AS about, coalesce(now.lists, was.lists) AS lists,
        was.probability AS before, now.probability AS after, was.grade AS grade_before, now.grade AS grade_after,
        was.said AS said_before, now.said AS said_after,
        CASE WHEN was.about IS NULL THEN 'new' WHEN now.about IS NULL THEN 'gone' ELSE 'moved' END AS what
    FROM was FULL JOIN now ON now.finding = was.finding AND now.about = was.about
)
SELECT p.about[1] AS parent, p.about[-1] AS child, p.before, p.after, p.grade_before, p.grade_after,
    {'code': CASE WHEN w.prior = 0 THEN 'because-first' ELSE 'because-' || w.cause END, 'numbers': json_object(
        'judgements', list_transform(w.details, lambda one: json_object('code', 'judged', 'numbers', json_object(
            'judgement', one.judgement, 'a', json_object('id', one.a), 'b', json_object('id', one.b),
            'verdict', json_object('word', one.verdict)))),
        'facts', list_transform(w.others, lambda fact: json_object('code', 'fact-' || fact, 'numbers', MAP {})))::VARCHAR} AS because,
    w.cause, list_transform(w.judgements, lambda judgement: CAST(judgement AS VARCHAR)) AS judgements,
    len(list_filter(w.details, lambda one: list_contains(p.about, one.a) AND list_contains(p.about, one.b))) > 0 AS judged,
    w.run, p.finding, p.what, p.said_before, p.said_after,
    list_contains(coalesce(w.others, []), 'datasets') AND EXISTS (
        SELECT 1 FROM views.datasets d WHERE list_contains(p.lists, d.dataset) AND d.loaded_at >= w.prior_at) AS came_in
FROM pair p JOIN why w ON w.narrow = (p.finding = 'derivation')
WHERE (greatest(p.before, p.after) IS NULL OR greatest(coalesce(p.before, 0), coalesce(p.after, 0)) >= 0.05)
    AND (round(abs(coalesce(p.before, 0) - coalesce(p.after, 0)), 9) >= 0.05
        OR p.what <> 'moved' AND p.before IS NULL AND p.after IS NULL
        OR p.what = 'moved' AND (p.grade_before <> p.grade_after OR p.said_before IS DISTINCT FROM p.said_after))
    AND ($dataset IS NULL OR list_contains(p.lists, $dataset))
ORDER BY abs(coalesce(p.before, 0) - coalesce(p.after, 0)) DESC, p.finding, p.about
