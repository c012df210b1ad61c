-- What the guard remembers: failures to sign in, bans, and what it found worth an alert.

-- A row per address, account, pair of both, and known device that failed to prove itself. Failures leak away one by
-- one; a row without any is removed.
CREATE TABLE sign_in_failures (
    -- A SHA-256 of what is counted, so that mistyped addresses are not collected.
    subject CHAR(64) PRIMARY KEY,
    kind VARCHAR(20) NOT NULL
        CONSTRAINT sign_in_failures_kind_known CHECK (kind IN ('address', 'account', 'pair', 'device')),
    failures INTEGER NOT NULL
        CONSTRAINT sign_in_failures_positive CHECK (failures > 0),
    -- One failure is forgotten in this time.
    leak_seconds INTEGER NOT NULL
        CONSTRAINT sign_in_failures_leak CHECK (leak_seconds > 0),
    -- Until then everything has leaked that had to.
    leaked_at TIMESTAMPTZ NOT NULL,
    failed_at TIMESTAMPTZ NOT NULL,
    -- The failure before.
    failed_before_at TIMESTAMPTZ
);

-- How many failures have leaked away; a clock that was set back takes none back.
CREATE FUNCTION leaked_failures(row_of sign_in_failures, moment TIMESTAMPTZ) RETURNS INTEGER LANGUAGE sql STABLE AS $$
    SELECT greatest(0, floor(extract(epoch FROM moment - row_of.leaked_at) / row_of.leak_seconds))::integer
$$;

ALTER TABLE blocked_ips
    -- What a ban keeps from its address: signing in, or everything.
    ADD COLUMN scope VARCHAR(20) NOT NULL DEFAULT 'everything'
        CONSTRAINT blocked_ips_scope_known CHECK (scope IN ('sign_in', 'everything')),
    -- How often in a row; each ban lasts twice as long as the one before.
    ADD COLUMN strikes INTEGER NOT NULL DEFAULT 1
        CONSTRAINT blocked_ips_strikes_positive CHECK (strikes > 0);

-- Rises with every change of the bans, whoever makes it, so that each process sees within a second that there is one.
CREATE TABLE blocked_ips_version (
    is_only BOOLEAN PRIMARY KEY DEFAULT true CHECK (is_only),
    version BIGINT NOT NULL
);
INSERT INTO blocked_ips_version (version) VALUES (0);

CREATE FUNCTION raise_blocked_ips_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE blocked_ips_version SET version = version + 1;
    RETURN NULL;
END;
$$;

CREATE TRIGGER blocked_ips_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON blocked_ips
    FOR EACH STATEMENT EXECUTE FUNCTION raise_blocked_ips_version();

CREATE TABLE security_alerts (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    kind VARCHAR(40) NOT NULL
        CONSTRAINT security_alerts_kind_spelling CHECK (kind ~ '^[a-z_]+$'),
    -- Whom it is about: an address, a user's id, or nobody in particular.
    subject TEXT NOT NULL,
    summary TEXT NOT NULL,
    -- How often the same was found while it was kept quiet.
    suppressed INTEGER NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_security_alerts_created ON security_alerts (created_at);
