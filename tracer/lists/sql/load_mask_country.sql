-- (front, code, digits, trunk): what numbers are that begin so
CREATE OR REPLACE TEMP TABLE load_mask_country AS
SELECT unnest($fronts::VARCHAR[]) AS front, unnest($codes::VARCHAR[]) AS code, unnest($digits::INTEGER[]) AS digits,
    unnest($trunks::VARCHAR[]) AS trunk
