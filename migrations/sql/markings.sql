-- A stamp or logo as it is compared: letters and figures alone. What submissions/rules.py calls marking_key.

CREATE FUNCTION marking_key(markings text) RETURNS text IMMUTABLE PARALLEL SAFE STRICT LANGUAGE sql AS $$
    SELECT regexp_replace(lower(markings), '[^[:alnum:]]', '', 'g')
$$;
