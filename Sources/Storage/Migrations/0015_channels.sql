-- Channels of one user, messages that not every tier is shown, and what a reader finds new ones by.

ALTER TABLE channels
    -- Whose it is; NULL: everybody's.
    ADD COLUMN user_id UUID REFERENCES users (id) ON DELETE CASCADE,
    -- Who gave the last number. A reader asks for everything since the oldest transaction that was under way when it last
    -- read, as of standing_changes.
    ADD COLUMN transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id();

CREATE INDEX idx_channels_user ON channels (user_id);
CREATE INDEX idx_channels_transaction ON channels (transaction_id);

ALTER TABLE channel_messages
    -- Sent as it was stored, byte for byte; JSONB would turn its members round.
    ALTER COLUMN payload TYPE JSON,
    -- Tiers below are shown the locked payload in its place.
    ADD COLUMN min_tier subscription_tier NOT NULL DEFAULT 'free',
    ADD COLUMN locked_payload JSON,
    ADD CONSTRAINT channel_messages_lock_whole CHECK ((min_tier = 'free') = (locked_payload IS NULL));

-- Everybody's channels are there before their first message: a counter that is made anew begins a new epoch.
INSERT INTO channels (name) VALUES ('signals'), ('pumps');
