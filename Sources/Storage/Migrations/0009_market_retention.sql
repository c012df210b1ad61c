-- Market data is deleted by age, and the worlds beside the live one have liquidations too.

CREATE TABLE simulated.liquidations (LIKE public.liquidations INCLUDING ALL);
CREATE TABLE replayed.liquidations (LIKE public.liquidations INCLUDING ALL);

-- The oldest first, of one interval at a time.
CREATE INDEX idx_candles_interval_open ON public.candles (interval, open_time);
CREATE INDEX idx_candles_interval_open ON simulated.candles (interval, open_time);
CREATE INDEX idx_candles_interval_open ON replayed.candles (interval, open_time);

-- The last day when a process starts, and the oldest when they are deleted.
CREATE INDEX idx_liquidations_occurred ON public.liquidations (occurred_at);
CREATE INDEX idx_liquidations_occurred ON simulated.liquidations (occurred_at);
CREATE INDEX idx_liquidations_occurred ON replayed.liquidations (occurred_at);
