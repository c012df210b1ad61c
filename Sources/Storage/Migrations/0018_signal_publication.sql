-- When a signal was first told to anybody: the delay of each tier begins there. Its birth is the close of its candle.

ALTER TABLE signals ADD COLUMN published_at TIMESTAMPTZ NOT NULL DEFAULT now();
UPDATE signals SET published_at = created_at;

-- The history and its statistics go by the end.
CREATE INDEX idx_signals_closed ON signals (closed_at DESC, id DESC) WHERE status <> 'active';
