CREATE OR REPLACE TEMP TABLE cell_row (
    position INTEGER, key BIGINT, row BIGINT, form VARCHAR,
    name_form VARCHAR, name VARCHAR, organisation VARCHAR, address VARCHAR, inner_id BIGINT, day BIGINT, added BIGINT
);
