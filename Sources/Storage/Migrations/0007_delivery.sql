-- How what was stored reaches everybody once, from however many processes.

-- A channel's counter is a row, not a sequence object: taking a number locks the row until the commit, so numbers have
-- no holes and become visible in their order. A rolled back transaction gives its number back.
CREATE TABLE channels (
    name VARCHAR(100) PRIMARY KEY,
    -- Changes when the history starts anew, so that a client's old position is not mistaken for one in the new.
    epoch UUID NOT NULL DEFAULT gen_random_uuid(),
    last_sequence BIGINT NOT NULL DEFAULT 0
        CONSTRAINT channels_last_sequence_not_negative CHECK (last_sequence >= 0)
);

-- The outbox and the bounded history that reconnecting clients resume from.
CREATE TABLE channel_messages (
    channel VARCHAR(100) NOT NULL REFERENCES channels (name) ON DELETE CASCADE,
    sequence BIGINT NOT NULL
        CONSTRAINT channel_messages_sequence_positive CHECK (sequence > 0),
    payload JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (channel, sequence)
);

CREATE INDEX idx_channel_messages_created ON channel_messages (created_at);

-- One leader per job. The token grows with every change of hands: a holder that slept through its lease is known by it.
CREATE TABLE leases (
    name VARCHAR(100) PRIMARY KEY,
    holder VARCHAR(100) NOT NULL,
    fencing_token BIGINT NOT NULL DEFAULT 1
        CONSTRAINT leases_fencing_token_positive CHECK (fencing_token > 0),
    expires_at TIMESTAMPTZ NOT NULL
);
