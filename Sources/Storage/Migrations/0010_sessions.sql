-- A session is one signed-in device: a family of refresh tokens with a standing of its own.

CREATE TABLE sessions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- What the client calls itself; shown to the owner, believed by nobody.
    device_name VARCHAR(100),
    device_platform VARCHAR(40),
    -- Keyed hashes: which device signed in, and what its requests look like.
    device_hash BYTEA NOT NULL,
    hints_hash BYTEA NOT NULL,
    -- Where it was last used from.
    ip_address INET NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ NOT NULL,
    -- When its newest refresh token ends.
    expires_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    end_reason VARCHAR(20)
        CONSTRAINT sessions_end_reason_known CHECK (
            end_reason IN (
                'logout', 'ended_by_owner', 'disowned', 'superseded', 'token_reused', 'password_changed', 'password_reset',
                'administrator'
            )
        ),
    CONSTRAINT sessions_expire_later CHECK (expires_at > created_at),
    CONSTRAINT sessions_end_has_reason CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

CREATE INDEX idx_sessions_user ON sessions (user_id);
CREATE INDEX idx_sessions_expires ON sessions (expires_at);

-- Nothing has issued a refresh token before this step.
DELETE FROM refresh_tokens;
ALTER TABLE refresh_tokens RENAME COLUMN family_id TO session_id;
ALTER TABLE refresh_tokens
    ALTER COLUMN session_id DROP DEFAULT,
    ADD CONSTRAINT refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
    -- What the token was derived from, beside its parent and our key; NULL for the first of a session.
    ADD COLUMN nonce BYTEA,
    -- The session ends, not a token.
    DROP COLUMN revoked_at;
DROP INDEX idx_refresh_tokens_user_family;
CREATE INDEX idx_refresh_tokens_session ON refresh_tokens (session_id);
CREATE INDEX idx_refresh_tokens_user ON refresh_tokens (user_id);
-- One child each: a token is spent once, however many ask at the same moment.
DROP INDEX idx_refresh_tokens_parent;
CREATE UNIQUE INDEX idx_refresh_tokens_parent ON refresh_tokens (parent_id);

-- The devices an account was signed in from; a stranger among them is worth a notice.
CREATE TABLE devices (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    device_hash BYTEA NOT NULL,
    name VARCHAR(100),
    platform VARCHAR(40),
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, device_hash)
);

-- What every process must hear of within a second: who may no longer do what they could. Written by triggers, so that
-- no way to block, downgrade, erase or sign out can forget it, be it an operator's own UPDATE. No foreign keys: it
-- outlives what it tells of.
CREATE TABLE standing_changes (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- A reader asks for everything since the oldest transaction that was under way when it last read: ids alone would
    -- hide a row that is committed after its successor.
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    user_id UUID NOT NULL,
    -- NULL: all of the user's.
    session_id UUID,
    change VARCHAR(20) NOT NULL
        CONSTRAINT standing_changes_known CHECK (change IN ('session_ended', 'blocked', 'erased', 'altered')),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_standing_changes_transaction ON standing_changes (transaction_id);
CREATE INDEX idx_standing_changes_created ON standing_changes (created_at);

CREATE FUNCTION tell_session_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO standing_changes (user_id, session_id, change) VALUES (NEW.user_id, NEW.id, 'session_ended');
    RETURN NULL;
END;
$$;

CREATE TRIGGER sessions_tell_end AFTER UPDATE OF ended_at ON sessions
    FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL)
    EXECUTE FUNCTION tell_session_end();

CREATE FUNCTION tell_user_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO standing_changes (user_id, change)
    VALUES (
        OLD.id,
        CASE WHEN TG_OP = 'DELETE' THEN 'erased' WHEN NEW.is_blocked AND NOT OLD.is_blocked THEN 'blocked' ELSE 'altered' END
    );
    RETURN NULL;
END;
$$;

CREATE TRIGGER users_tell_change AFTER UPDATE OF is_blocked, subscription, subscription_expires_at ON users
    FOR EACH ROW
    WHEN ((OLD.is_blocked, OLD.subscription, OLD.subscription_expires_at)
        IS DISTINCT FROM (NEW.is_blocked, NEW.subscription, NEW.subscription_expires_at))
    EXECUTE FUNCTION tell_user_change();
CREATE TRIGGER users_tell_erasure AFTER DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION tell_user_change();
