-- person_value: the cells of person_cell (person, second, sampled, field, code), and whether many have the value.
CREATE OR REPLACE TEMP TABLE person_value AS
SELECT person, second, sampled, field, code, count(*) OVER (PARTITION BY field, code) > $most AS common
FROM person_cell
