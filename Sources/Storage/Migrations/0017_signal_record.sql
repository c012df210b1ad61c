-- The record of signals that nobody can rewrite unseen: a Merkle log (RFC 6962) of publications and ends, and what its
-- keeper said of it, signed. docs/signals.md says how it is verified and what it cannot show.

ALTER TABLE signals
    -- Percent: how often target 1 came before the stop in what the model was trained on.
    ADD COLUMN base_rate INTEGER
        CONSTRAINT signals_base_rate_range CHECK (base_rate >= 0 AND base_rate <= 100),
    -- Its strategy has not cleared the gate.
    ADD COLUMN is_paper BOOLEAN NOT NULL DEFAULT false,
    -- What its result is reduced by: of the notional of each fill, and of the price at the market.
    ADD COLUMN fee_millionths INTEGER NOT NULL DEFAULT 1000,
    ADD COLUMN slippage_millionths INTEGER NOT NULL DEFAULT 200,
    -- Result by the stop's distance, before it is rounded to a percent's hundredths.
    ADD COLUMN result_r DOUBLE PRECISION,
    -- Why a cancelled signal was never entered.
    ADD COLUMN cancellation VARCHAR(20)
        CONSTRAINT signals_cancellation_known
        CHECK (cancellation IN ('taken_back', 'entry_missed', 'never_entered')),
    DROP CONSTRAINT signals_outcome_known,
    ADD CONSTRAINT signals_outcome_known
        CHECK (outcome IN ('tp1', 'tp2', 'tp3', 'stop_loss', 'expired', 'ambiguous', 'data_gap'));

CREATE INDEX idx_signals_created ON signals (created_at DESC, id DESC);

CREATE TABLE signal_log (
    -- 0, 1, 2, … without holes, in the order of commits.
    leaf_index BIGINT PRIMARY KEY
        CONSTRAINT signal_log_index_not_negative CHECK (leaf_index >= 0),
    kind VARCHAR(20) NOT NULL
        CONSTRAINT signal_log_kind_known CHECK (kind IN ('publication', 'outcome')),
    -- Not a reference: the record outlives what it tells of.
    signal_id UUID NOT NULL,
    -- What is hashed, byte for byte.
    content TEXT NOT NULL,
    leaf_hash BYTEA NOT NULL
        CONSTRAINT signal_log_hash_length CHECK (octet_length(leaf_hash) = 32),
    logged_at TIMESTAMPTZ NOT NULL,
    -- A signal is published once and ends once, whichever process says so.
    CONSTRAINT signal_log_once UNIQUE (signal_id, kind)
);

-- The end of the log: locked by whoever adds a leaf, until it is committed.
CREATE TABLE signal_log_head (
    is_only BOOLEAN PRIMARY KEY DEFAULT true CHECK (is_only),
    size BIGINT NOT NULL,
    -- Hexadecimal roots of the complete subtrees, the largest first, with a blank between.
    peaks TEXT NOT NULL
);
INSERT INTO signal_log_head (size, peaks) VALUES (0, '');

CREATE TABLE signal_log_checkpoints (
    size BIGINT NOT NULL,
    root_hash BYTEA NOT NULL,
    signed_at BIGINT NOT NULL,
    key_id VARCHAR(16) NOT NULL,
    signature BYTEA NOT NULL,
    PRIMARY KEY (size, signed_at)
);

CREATE TABLE signal_log_keys (
    id VARCHAR(16) PRIMARY KEY,
    public_key BYTEA NOT NULL
        CONSTRAINT signal_log_keys_length CHECK (octet_length(public_key) = 32),
    -- Sealed with ENCRYPTION_KEY, which is not in the database.
    sealed_private_key TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE FUNCTION refuse_signal_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signal_log_append_only';
END;
$$;

CREATE TRIGGER signal_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON signal_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_signal_log_change();
CREATE TRIGGER signal_log_checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON signal_log_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_signal_log_change();
