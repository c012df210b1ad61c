-- The second factor's guesses, registrations that wait for their link, links in letters, and the letters themselves.

-- Tries at a code or a password by somebody who may be a thief; a right one removes the row.
CREATE TABLE account_guesses (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind VARCHAR(20) NOT NULL
        CONSTRAINT account_guesses_kind_known CHECK (kind IN ('code', 'password')),
    -- Every try counts, also one that was not looked at.
    tries INTEGER NOT NULL
        CONSTRAINT account_guesses_positive CHECK (tries > 0),
    -- Until then no try is looked at.
    paused_until TIMESTAMPTZ,
    -- Whether the latest try fell into a pause.
    was_refused BOOLEAN NOT NULL DEFAULT false,
    PRIMARY KEY (user_id, kind)
);

-- No account before its address is confirmed: a link completes the registration it was sent for, with that password.
CREATE TABLE registrations (
    token_hash CHAR(64) PRIMARY KEY,
    email VARCHAR(255) NOT NULL
        CONSTRAINT registrations_email_normalised CHECK (email = lower(email) AND email IS NFC NORMALIZED),
    password_hash VARCHAR(255) NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX idx_registrations_email ON registrations (email);
CREATE INDEX idx_registrations_expires ON registrations (expires_at);

-- Nothing has issued such a token before this step.
DELETE FROM account_tokens;
ALTER TABLE account_tokens
    DROP CONSTRAINT account_tokens_purpose_known,
    ADD CONSTRAINT account_tokens_purpose_known
        CHECK (purpose IN ('reset_password', 'change_email', 'disown_session')),
    -- The session that the link ends.
    ADD COLUMN session_id UUID REFERENCES sessions (id) ON DELETE CASCADE,
    -- The address that the account moves to.
    ADD COLUMN new_email VARCHAR(255)
        CONSTRAINT account_tokens_email_normalised
        CHECK (new_email = lower(new_email) AND new_email IS NFC NORMALIZED),
    ADD CONSTRAINT account_tokens_fit_purpose CHECK (
        (purpose = 'disown_session') = (session_id IS NOT NULL) AND (purpose = 'change_email') = (new_email IS NOT NULL)
    );
CREATE INDEX idx_account_tokens_session ON account_tokens (session_id);
CREATE INDEX idx_account_tokens_expires ON account_tokens (expires_at);

-- When the owner last showed who they are, after signing in.
ALTER TABLE sessions ADD COLUMN confirmed_at TIMESTAMPTZ;

-- Letters, from the transaction that they tell of until some time after they were sent.
CREATE TABLE mail_outbox (
    -- A letter of one key goes out once.
    key VARCHAR(100) PRIMARY KEY,
    -- Goes with the account; NULL for a letter that does not.
    user_id UUID REFERENCES users (id) ON DELETE CASCADE,
    -- Occasion and recipient as a hash: what is counted so that nobody is flooded.
    topic CHAR(64) NOT NULL,
    -- Sealed, for it holds links that open accounts; gone when the letter is.
    payload TEXT,
    attempts INTEGER NOT NULL DEFAULT 0
        CONSTRAINT mail_outbox_attempts_not_negative CHECK (attempts >= 0),
    -- When to try next; while it is being sent, when somebody else may.
    due_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    given_up_at TIMESTAMPTZ,
    give_up_reason VARCHAR(200),
    CONSTRAINT mail_outbox_one_end CHECK (sent_at IS NULL OR given_up_at IS NULL),
    CONSTRAINT mail_outbox_payload_while_waiting CHECK (
        (payload IS NOT NULL) = (sent_at IS NULL AND given_up_at IS NULL)
    )
);

CREATE INDEX idx_mail_outbox_due ON mail_outbox (due_at) WHERE payload IS NOT NULL;
CREATE INDEX idx_mail_outbox_topic ON mail_outbox (topic, created_at);
CREATE INDEX idx_mail_outbox_user ON mail_outbox (user_id);
CREATE INDEX idx_mail_outbox_created ON mail_outbox (created_at);
