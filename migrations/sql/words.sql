-- What reports and results are found by. Words are cut where anything but a letter or a figure stands, the same way
-- for what is kept and what is looked for, so that no name of a drug is read as a number, a host or a path.

CREATE FUNCTION words_of(texts text[]) RETURNS tsvector IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
    SELECT to_tsvector('pg_catalog.english', regexp_replace(array_to_string(texts, ' '), '[^[:alnum:]]+', ' ', 'g'))
$$;

-- What a report is about, each code whole, which no word can be mistaken for: its area, and what was read in it.
CREATE FUNCTION codes_of(area_code text, read_as jsonb) RETURNS tsvector IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
    SELECT array_to_tsvector(array_agg(DISTINCT code))
    FROM (
        SELECT 'area:' || area_code
        UNION ALL SELECT 'substance:' || (one ->> 'code') FROM jsonb_array_elements(read_as -> 'matches') AS one
    ) AS named (code)
    WHERE code IS NOT NULL
$$;
