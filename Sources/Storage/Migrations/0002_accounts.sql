-- Who may come in, on which devices, and what they did.

CREATE TABLE users (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    -- Lower case and composed (NFC), so that two spellings of one address cannot be two accounts.
    email VARCHAR(255) NOT NULL
        CONSTRAINT users_email_normalised CHECK (email = lower(email) AND email IS NFC NORMALIZED)
        CONSTRAINT users_email_shape CHECK (email ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$'),
    -- A PHC string: algorithm, parameters, salt and hash in one.
    password_hash VARCHAR(255) NOT NULL
        CONSTRAINT users_password_hash_present CHECK (password_hash <> ''),
    subscription subscription_tier NOT NULL DEFAULT 'free',
    -- NULL: never.
    subscription_expires_at TIMESTAMPTZ,
    -- Encrypted with a key that is not in the database.
    totp_secret VARCHAR(255),
    totp_enabled BOOLEAN NOT NULL DEFAULT false,
    -- The last time step that was spent; a code works once.
    totp_last_step BIGINT,
    is_blocked BOOLEAN NOT NULL DEFAULT false,
    email_verified_at TIMESTAMPTZ,
    display_name VARCHAR(80),
    -- Share of the balance put at risk by one signal, in percent.
    risk_percent NUMERIC(5, 2)
        CONSTRAINT users_risk_percent_range CHECK (risk_percent > 0 AND risk_percent <= 100),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ,
    CONSTRAINT users_totp_enabled_needs_secret CHECK (NOT totp_enabled OR totp_secret IS NOT NULL)
);

-- One index is both the named one and the uniqueness.
CREATE UNIQUE INDEX idx_users_email ON users (email);
ALTER TABLE users ADD CONSTRAINT idx_users_email UNIQUE USING INDEX idx_users_email;

CREATE TRIGGER users_touch_updated_at BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- A session is a family of refresh tokens: each use spends one and writes its child.
CREATE TABLE refresh_tokens (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Only a hash: a copy of this table opens nothing.
    token_hash VARCHAR(255) NOT NULL,
    device_info JSONB,
    ip_address INET,
    -- The first token of a login starts a family of its own.
    family_id UUID NOT NULL DEFAULT gen_random_uuid(),
    parent_id UUID REFERENCES refresh_tokens (id) ON DELETE SET NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    -- Spent: it has a child. Spending it again, once the child was used, is theft.
    used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT refresh_tokens_expire_later CHECK (expires_at > created_at)
);

CREATE UNIQUE INDEX idx_refresh_tokens_hash ON refresh_tokens (token_hash);
CREATE INDEX idx_refresh_tokens_user_family ON refresh_tokens (user_id, family_id);
-- The referencing side of parent_id and of the expiry sweep; both would scan the table otherwise.
CREATE INDEX idx_refresh_tokens_parent ON refresh_tokens (parent_id);
CREATE INDEX idx_refresh_tokens_expires ON refresh_tokens (expires_at);

-- What was sent by mail to prove the ownership of an address.
CREATE TABLE account_tokens (
    token_hash VARCHAR(255) PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose VARCHAR(20) NOT NULL
        CONSTRAINT account_tokens_purpose_known CHECK (purpose IN ('verify_email', 'reset_password')),
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_account_tokens_user ON account_tokens (user_id);

CREATE TABLE recovery_codes (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hash VARCHAR(255) NOT NULL,
    used_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE audit_logs (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    -- Erasing an account leaves its rows behind without a name.
    user_id UUID REFERENCES users (id) ON DELETE SET NULL,
    action VARCHAR(50) NOT NULL
        CONSTRAINT audit_logs_action_spelling CHECK (action ~ '^[a-z0-9_.]+$'),
    ip_address INET NOT NULL,
    user_agent TEXT,
    metadata JSONB,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_audit_user_created ON audit_logs (user_id, created_at);

-- The log only grows. The one change it takes is the loss of the name, which the foreign key above asks for.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.user_id IS NOT NULL AND NEW.user_id IS NULL
            AND (to_jsonb(NEW) - 'user_id') = (to_jsonb(OLD) - 'user_id')
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit_logs only grows: % refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'audit_logs_append_only';
END;
$$;

CREATE TRIGGER audit_logs_append_only BEFORE UPDATE OR DELETE ON audit_logs
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_logs_no_truncate BEFORE TRUNCATE ON audit_logs
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

CREATE TABLE blocked_ips (
    -- An address, or a network: IPv6 callers are counted by /64.
    ip_address INET PRIMARY KEY,
    reason TEXT,
    -- NULL: until somebody lifts it.
    blocked_until TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
