-- The record of who did what becomes a chain: each entry holds the hash of the one before, so that an entry that was
-- changed, taken out or put in later shows. docs/security.md says how it is verified and what it cannot show.

-- What an entry calls its user. The salt goes with the account, and with it the way from the name to the person: not
-- even the user's id leads there afterwards. The entries of one person stay together, and stay verifiable.
ALTER TABLE users
    ADD COLUMN audit_salt BYTEA NOT NULL DEFAULT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
ALTER TABLE users
    ADD COLUMN audit_subject BYTEA NOT NULL GENERATED ALWAYS AS (sha256(audit_salt || uuid_send(id))) STORED;
CREATE UNIQUE INDEX idx_users_audit_subject ON users (audit_subject);

ALTER TABLE audit_logs
    ADD COLUMN subject BYTEA,
    -- 1, 2, 3, … without holes, in the order of commits; NULL only inside the transaction that writes the entry.
    ADD COLUMN sequence BIGINT,
    ADD COLUMN previous_hash BYTEA,
    ADD COLUMN hash BYTEA;
CREATE UNIQUE INDEX idx_audit_sequence ON audit_logs (sequence);

-- The end of the chain: without it, entries cut from the end would leave a shorter chain that is whole.
CREATE TABLE audit_head (
    is_only BOOLEAN PRIMARY KEY DEFAULT true CHECK (is_only),
    sequence BIGINT NOT NULL,
    hash BYTEA NOT NULL
);
INSERT INTO audit_head (sequence, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- A netstring, or a hyphen for NULL: no two lists of fields have the same text.
CREATE FUNCTION audit_field(value TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(octet_length(value) || ':' || value, '-') || ','
$$;

-- What the hash covers: all of the entry but the user's id, whose place the subject takes.
CREATE FUNCTION audit_hash(entry audit_logs) RETURNS BYTEA LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(
        audit_field(entry.sequence::text)
        || audit_field(encode(entry.previous_hash, 'hex'))
        || audit_field(entry.id::text)
        || audit_field(encode(entry.subject, 'hex'))
        || audit_field(entry.action)
        || audit_field(entry.ip_address::text)
        || audit_field(entry.user_agent)
        || audit_field(entry.metadata::text)
        || audit_field((extract(epoch FROM entry.created_at) * 1000000)::bigint::text),
        'UTF8'))
$$;

-- What is there already is chained in the order of its time.
DO $$
DECLARE
    entry audit_logs;
    head audit_head;
BEGIN
    SELECT * INTO STRICT head FROM audit_head;
    ALTER TABLE audit_logs DISABLE TRIGGER audit_logs_append_only;
    FOR entry IN SELECT * FROM audit_logs ORDER BY created_at, id LOOP
        entry.subject := (SELECT audit_subject FROM users WHERE id = entry.user_id);
        entry.sequence := head.sequence + 1;
        entry.previous_hash := head.hash;
        entry.hash := audit_hash(entry);
        UPDATE audit_logs
        SET subject = entry.subject, sequence = entry.sequence, previous_hash = entry.previous_hash, hash = entry.hash
        WHERE id = entry.id;
        head.sequence := entry.sequence;
        head.hash := entry.hash;
    END LOOP;
    UPDATE audit_head SET sequence = head.sequence, hash = head.hash;
    ALTER TABLE audit_logs ENABLE TRIGGER audit_logs_append_only;
END;
$$;

CREATE FUNCTION name_audit_subject() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.subject := (SELECT audit_subject FROM users WHERE id = NEW.user_id);
    NEW.sequence := NULL;
    NEW.previous_hash := NULL;
    NEW.hash := NULL;
    RETURN NEW;
END;
$$;

CREATE TRIGGER audit_logs_subject BEFORE INSERT ON audit_logs
    FOR EACH ROW EXECUTE FUNCTION name_audit_subject();

-- Runs when the transaction commits: the head is the last thing it locks and holds for the shortest time, so that
-- writers wait only for each other's commit, and never in a circle.
CREATE FUNCTION chain_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry audit_logs := NEW;
BEGIN
    SELECT sequence + 1, hash INTO STRICT entry.sequence, entry.previous_hash FROM audit_head FOR UPDATE;
    entry.hash := audit_hash(entry);
    UPDATE audit_logs
    SET sequence = entry.sequence, previous_hash = entry.previous_hash, hash = entry.hash
    WHERE id = entry.id;
    UPDATE audit_head SET sequence = entry.sequence, hash = entry.hash;
    RETURN NULL;
END;
$$;

CREATE CONSTRAINT TRIGGER audit_logs_chain AFTER INSERT ON audit_logs
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chain_audit_entry();

-- The log takes two changes: the loss of the name, and, once, its place in the chain.
CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.user_id IS NOT NULL AND NEW.user_id IS NULL
            AND (to_jsonb(NEW) - 'user_id') = (to_jsonb(OLD) - 'user_id')
        THEN
            RETURN NEW;
        END IF;
        IF OLD.sequence IS NULL AND NEW.sequence IS NOT NULL
            AND (to_jsonb(NEW) - '{sequence,previous_hash,hash}'::text[])
                = (to_jsonb(OLD) - '{sequence,previous_hash,hash}'::text[])
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit_logs only grows: % refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'audit_logs_append_only';
END;
$$;
