-- What access tokens are signed with, the same for every process, and the answers that are given twice.

CREATE TABLE signing_keys (
    -- `kid`: the key's thumbprint.
    id VARCHAR(43) PRIMARY KEY,
    public_key BYTEA NOT NULL
        CONSTRAINT signing_keys_public_key_length CHECK (octet_length(public_key) = 32),
    -- Sealed with ENCRYPTION_KEY, which is not in the database.
    sealed_private_key TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    signs_from TIMESTAMPTZ NOT NULL,
    -- When the last token that it signed has ended; NULL: it has no successor yet.
    verifies_until TIMESTAMPTZ
);

-- Answers to requests with an Idempotency-Key, for a day.
CREATE TABLE idempotency_keys (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key VARCHAR(128) NOT NULL,
    -- SHA-256 of the request: method, address and body.
    fingerprint BYTEA NOT NULL,
    -- Which of several attempts holds the key.
    attempt UUID NOT NULL,
    -- After that another attempt may begin: the process that held it is gone.
    held_until TIMESTAMPTZ NOT NULL,
    -- NULL while the request is under way.
    status SMALLINT,
    content_type VARCHAR(100),
    -- Sealed with ENCRYPTION_KEY: answers may hold tickets and codes.
    sealed_body TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, key),
    CONSTRAINT idempotency_keys_answer_whole CHECK ((status IS NULL) = (sealed_body IS NULL))
);

CREATE INDEX idx_idempotency_keys_user_created ON idempotency_keys (user_id, created_at);
CREATE INDEX idx_idempotency_keys_expires ON idempotency_keys (expires_at);
