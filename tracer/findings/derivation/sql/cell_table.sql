CREATE OR REPLACE TEMP TABLE cell_row (
    position INTEGER, key BIGINT, form VARCHAR, name_form VARCHAR, name VARCHAR, organisation VARCHAR, address VARCHAR,
    day BIGINT, added BIGINT
);
