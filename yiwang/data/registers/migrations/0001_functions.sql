-- No version of a row is lost, whoever changes it: the old one goes to the history, the new one counts one up.
CREATE FUNCTION registers.keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO registers.history (register, key, version, replaced_at, "values")
    VALUES (TG_TABLE_NAME, to_jsonb(OLD) ->> TG_ARGV[0], OLD.version, CASE TG_OP WHEN 'UPDATE' THEN NEW.updated_at ELSE now() END, to_jsonb(OLD));
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;

DO $$
DECLARE
    entry record;
BEGIN
    FOR entry IN
        SELECT c.relname, a.attname
        FROM pg_class c
        JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        WHERE c.relnamespace = 'registers'::regnamespace AND c.relkind = 'r'
          AND c.relname NOT IN ('shared_columns', 'register_state', 'way_in', 'city', 'history', 'id_sequence')
    LOOP
        EXECUTE format('CREATE TRIGGER keep_version BEFORE UPDATE OR DELETE ON registers.%I FOR EACH ROW EXECUTE FUNCTION registers.keep_version(%L)',
                       entry.relname, entry.attname);
        INSERT INTO registers.register_state (register, key_column) VALUES (entry.relname, entry.attname);
    END LOOP;
END $$;

CREATE FUNCTION registers.id_check_character(body text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT substr('10X98765432', 1 + (sum(substr(body, n, 1)::int * (ARRAY[7,9,10,5,8,4,2,1,6,3,7,9,10,5,8,4,2])[n]) % 11)::int, 1)
    FROM generate_series(1, 17) AS n;
$$;

-- A fresh identity number. The row of id_sequence is the lock: a second caller waits until the first one's transaction ends.
-- Sequence numbers from 900 on belong to the fixed persons of the demonstration.
CREATE FUNCTION registers_door.assign_id_number(division text, birth_date date, sex text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registers, pg_temp AS $$
DECLARE
    stem text := division || to_char(birth_date, 'YYYYMMDD');
    odd integer := CASE sex WHEN '1' THEN 1 ELSE 0 END;
    given integer;
    body text;
BEGIN
    INSERT INTO registers.id_sequence AS s (prefix, parity, last)
    VALUES (stem, odd, coalesce((SELECT max(substr(id_number, 15, 3)::int) FROM registers.person
                                 WHERE id_number >= stem || '000' AND id_number < stem || '900' AND substr(id_number, 15, 3)::int % 2 = odd),
                                odd) + 2)
    ON CONFLICT (prefix, parity) DO UPDATE SET last = s.last + 2
    RETURNING last INTO given;
    IF given >= 900 THEN
        RAISE EXCEPTION 'no sequence number left for %', stem USING ERRCODE = 'YW003';
    END IF;
    body := stem || lpad(given::text, 3, '0');
    RETURN body || registers.id_check_character(body);
END $$;

-- Insert or update one row with the given columns; a row that already says so is left alone. The row is named by its key, or
-- found by another column (a way in), or by the birth of the person it is about; if it is not there, it is made under the
-- fresh key. Only the key comes back: the case side learns nothing that it did not bring.
CREATE FUNCTION registers_door.write_row(register_name text, given_key text, record text, way_source text, way_column text, way_value text,
                                         fresh_key text, changes jsonb, by_source text, by_origin text, at timestamptz,
                                         OUT row_key text, OUT row_version integer, OUT created boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registers, pg_temp AS $$
DECLARE
    primary_column text;
    present jsonb;
    stamped jsonb := changes || jsonb_build_object('source', by_source, 'origin', by_origin, 'updated_at', at);
    columns text;
BEGIN
    SELECT s.key_column INTO primary_column FROM registers.register_state s WHERE s.register = register_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no register %', register_name USING ERRCODE = 'YW004';
    END IF;
    IF changes = '{}' OR changes ?| ARRAY['version', 'updated_at', 'origin', 'source'] THEN
        RAISE EXCEPTION 'nothing to write, or a column that the register keeps itself' USING ERRCODE = 'YW006';
    END IF;
    IF record IS NOT NULL THEN
        SELECT b.child_id_number INTO way_value FROM registers.birth b WHERE b.record_no = record;
        IF way_value IS NULL THEN
            RAISE EXCEPTION 'the child of % has no number', record USING ERRCODE = 'YW007';
        END IF;
    END IF;
    row_key := given_key;
    IF row_key IS NULL AND (way_source, way_column) = (register_name, primary_column) THEN
        row_key := way_value;
    ELSIF row_key IS NULL THEN
        IF NOT EXISTS (SELECT 1 FROM registers.way_in w WHERE (w.register, w.source, w.by_column) = (register_name, way_source, way_column)) THEN
            RAISE EXCEPTION 'no way into % by %', register_name, way_column USING ERRCODE = 'YW004';
        END IF;
        EXECUTE format('SELECT %I FROM registers.%I WHERE %I = $1 ORDER BY updated_at DESC, 1 LIMIT 1', primary_column, way_source, way_column)
            INTO row_key USING way_value;
        row_key := coalesce(row_key, fresh_key);
    END IF;
    IF way_source = register_name AND way_column <> primary_column THEN
        stamped := jsonb_build_object(way_column, way_value) || stamped;
    END IF;
    EXECUTE format('SELECT to_jsonb(t) FROM registers.%I t WHERE %I = $1 FOR UPDATE', register_name, primary_column) INTO present USING row_key;
    created := present IS NULL;
    IF created THEN
        stamped := stamped || jsonb_build_object(primary_column, row_key);
    ELSIF present @> changes THEN
        row_version := (present ->> 'version')::int;
        RETURN;
    END IF;
    SELECT string_agg(quote_ident(name), ', ') INTO columns FROM jsonb_object_keys(stamped) AS name;
    IF created THEN
        EXECUTE format('INSERT INTO registers.%1$I (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::registers.%1$I, $1) RETURNING version',
                       register_name, columns) INTO row_version USING stamped;
    ELSE
        EXECUTE format('UPDATE registers.%1$I SET (%2$s) = (SELECT %2$s FROM jsonb_populate_record(NULL::registers.%1$I, $1)) WHERE %3$I = $2 RETURNING version',
                       register_name, columns, primary_column) INTO row_version USING stamped, row_key;
    END IF;
END $$;

-- Register a newborn: number, person, household and birth row in one act.
CREATE FUNCTION registers_door.register_newborn(record text, changes jsonb, by_source text, by_origin text, at timestamptz,
                                                OUT id_number text, OUT row_version integer, OUT created boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registers, pg_temp AS $$
DECLARE
    newborn registers.birth;
    home registers.household;
    facts jsonb;
BEGIN
    SELECT * INTO newborn FROM registers.birth b WHERE b.record_no = record FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no birth record %', record USING ERRCODE = 'YW001';
    END IF;
    IF newborn.child_id_number IS NOT NULL THEN
        SELECT p.id_number, p.version INTO id_number, row_version
        FROM registers.person p WHERE p.id_number = newborn.child_id_number AND p.source = by_source;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'birth % is registered', record USING ERRCODE = 'YW002';
        END IF;
        created := false;
        RETURN;
    END IF;
    facts := jsonb_strip_nulls(jsonb_build_object('name', newborn.child_name, 'sex', newborn.child_sex, 'birth_date', newborn.born_on)) || changes;
    IF facts ->> 'household_no' <> '' THEN
        SELECT * INTO home FROM registers.household h WHERE h.household_no = facts ->> 'household_no' FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no household %', facts ->> 'household_no' USING ERRCODE = 'YW001';
        END IF;
        facts := jsonb_build_object('domicile_division', home.division, 'domicile_address', home.address, 'residence_address', home.address,
                                    'relation_to_head', CASE WHEN home.head_id_number IN (newborn.mother_id_number, newborn.father_id_number)
                                                             THEN CASE newborn.child_sex WHEN '1' THEN '20' ELSE '30' END ELSE '40' END) || facts;
        UPDATE registers.household h SET member_count = h.member_count + 1, source = by_source, origin = by_origin, updated_at = at
        WHERE h.household_no = home.household_no;
    END IF;
    IF length(coalesce(facts ->> 'domicile_division', '')) < 6 THEN
        RAISE EXCEPTION 'no division for the newborn of %', record USING ERRCODE = 'YW005';
    END IF;
    id_number := registers_door.assign_id_number(left(facts ->> 'domicile_division', 6), newborn.born_on, newborn.child_sex);
    SELECT w.row_version, w.created INTO row_version, created
    FROM registers_door.write_row('person', id_number, NULL, NULL, NULL, NULL, NULL, facts, by_source, by_origin, at) w;
    UPDATE registers.birth b SET child_id_number = register_newborn.id_number, child_name = facts ->> 'name',
                                 source = by_source, origin = by_origin, updated_at = at
    WHERE b.record_no = record;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA registers, registers_door FROM PUBLIC;
GRANT USAGE ON SCHEMA registers_door TO yiwang_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA registers_door TO yiwang_app;
