-- Moved
-- answers: Which derivations did the last trace state otherwise than the one before, and which facts moved them?
-- param run integer = none: the run that moved them (default: the last that computed derivations)
-- param dataset id = none: only derivations that touch this dataset
-- param lang language = en: language of `because`
-- column parent id: the dataset that was copied
-- column child id: the copy
-- column before number: probability in the run before; null where it was not stated (under .05)
-- column after number: probability in this run; null likewise
-- column grade_before text: G0 to G5
-- column grade_after text: G0 to G5
-- column because sentence: the judgements that are new, and whether other facts changed too
-- column cause text: judgement (nothing else changed), both, other (no judgement is new), unrecorded
-- column judgements list: numbers of the new judgements
-- column judged boolean: one of these is about this very pair
-- column run integer: the run that moved it
WITH runs AS (
    SELECT run, lag(run) OVER w AS prior, lag("at") OVER w AS prior_at, judged, lag(judged) OVER w AS prior_judged, changed,
        -- what a derivation may rest on (`stages.STAGES`)
        list_filter(changed, lambda fact: fact IN ('datasets', 'parties', 'releases', 'canaries', 'judgements', 'version')) AS facts
    FROM views.trace_runs WINDOW w AS (ORDER BY run)
), asked AS (
    SELECT * FROM runs
    WHERE prior IS NOT NULL AND run = coalesce($run, (SELECT max(run) FROM runs WHERE changed IS NULL OR len(facts) > 0))
), fresh AS (
    SELECT list(j.judgement ORDER BY j.judgement) AS judgements,
        list({'judgement': j.judgement, 'a': j.a, 'b': j.b, 'verdict': j.verdict} ORDER BY j.judgement) AS details
    FROM asked JOIN views.judgements j ON j.judgement > asked.prior_judged AND j.judgement <= asked.judged
), told AS (
    SELECT asked.*, coalesce(fresh.judgements, []) AS judgements, coalesce(fresh.details, []) AS details,
        list_filter(facts, lambda fact: fact <> 'judgements' OR fresh.judgements IS NULL) AS others
    FROM asked, fresh
), why AS (
    SELECT *, CASE WHEN changed IS NULL OR len(judgements) = 0 AND len(others) = 0 THEN 'unrecorded'
        WHEN len(judgements) = 0 THEN 'other' WHEN len(others) = 0 THEN 'judgement' ELSE 'both' END AS cause
    FROM told
), was AS (
    SELECT d.* FROM views.derivation_history d, asked
    WHERE d.run <= asked.prior AND (d.superseded IS NULL OR d.superseded > asked.prior)
), now AS (
    SELECT d.* FROM views.derivation_history d, asked
    WHERE d.run <= asked.run AND (d.superseded IS NULL OR d.superseded > asked.run)
), pair AS (
    SELECT coalesce(was.parent, now.parent) AS parent, coalesce(was.child, now.child) AS child, was.probability AS before,
        now.probability AS after, was.grade AS grade_before, now.grade AS grade_after
    FROM was FULL JOIN now ON now.parent = was.parent AND now.child = was.child
)
SELECT p.parent, p.child, p.before, p.after, p.grade_before, p.grade_after,
    {'code': 'because-' || w.cause, 'numbers': json_object(
        'judgements', list_transform(w.details, lambda one: json_object('code', 'judged', 'numbers', json_object(
            'judgement', one.judgement, 'a', json_object('id', one.a), 'b', json_object('id', one.b),
            'verdict', json_object('word', one.verdict)))),
        'facts', list_transform(w.others, lambda fact: json_object('code', 'fact-' || fact, 'numbers', MAP {})))::VARCHAR} AS because,
    w.cause, list_transform(w.judgements, lambda judgement: CAST(judgement AS VARCHAR)) AS judgements,
    len(list_filter(w.details, lambda one: one.a IN (p.parent, p.child) AND one.b IN (p.parent, p.child))) > 0 AS judged,
    w.run
FROM pair p, why w
WHERE greatest(coalesce(p.before, 0), coalesce(p.after, 0)) >= 0.05
    AND (round(abs(coalesce(p.before, 0) - coalesce(p.after, 0)), 9) >= 0.05
        OR p.before IS NOT NULL AND p.after IS NOT NULL AND p.grade_before <> p.grade_after)
    -- a list that came in since has moved nothing of its own
    AND NOT (p.before IS NULL AND list_contains(coalesce(w.others, []), 'datasets') AND EXISTS (
        SELECT 1 FROM views.datasets d WHERE d.dataset IN (p.parent, p.child) AND d.loaded_at >= w.prior_at))
    AND ($dataset IS NULL OR p.parent = $dataset OR p.child = $dataset)
ORDER BY abs(coalesce(p.before, 0) - coalesce(p.after, 0)) DESC, p.parent, p.child
