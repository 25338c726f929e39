-- All rows, with the numbers and addresses of those of which no column for them holds one: `;` between several.
-- {source}: (row, c0, c1, …); $named: what a line that is like the table has in the former;
-- {named}, {open}: SQL for the text of the columns that identify contacts, and of those in which a
-- line that is unlike the table may have its number; {numbers}: a list of those in the text `open`.
SELECT
    * EXCLUDE (named, open, stray),
    CASE WHEN stray THEN nullif(array_to_string({numbers}, ';'), '') END AS phone,
    CASE WHEN stray THEN nullif(array_to_string(regexp_extract_all(open, $email), ';'), '') END AS email
FROM (
    SELECT *, NOT regexp_matches(named, $named) AS stray
    FROM (SELECT *, {named} AS named, {open} AS open FROM {source})
)
