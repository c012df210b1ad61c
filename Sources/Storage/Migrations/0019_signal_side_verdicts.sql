-- What a signal would have come to on another venue, and for who heard of it as late as their tier does. Written once,
-- when its time is over; no part of the record, which holds what was published and how it ended where it was seen.

CREATE TABLE signal_side_verdicts (
    signal_id UUID NOT NULL REFERENCES signals (id) ON DELETE CASCADE,
    -- A venue's or a tier's name.
    side VARCHAR(20) NOT NULL
        CONSTRAINT signal_side_verdicts_side_known
        CHECK (side IN ('binance', 'bybit', 'okx', 'mexc', 'free', 'pro', 'premium', 'vip')),
    -- NULL where it could not be entered.
    outcome VARCHAR(20)
        CONSTRAINT signal_side_verdicts_outcome_known
        CHECK (outcome IN ('tp1', 'tp2', 'tp3', 'stop_loss', 'expired', 'ambiguous', 'data_gap')),
    -- Percent, after fees.
    result_pnl NUMERIC(10, 2),
    PRIMARY KEY (signal_id, side),
    CONSTRAINT signal_side_verdicts_whole CHECK ((outcome IS NULL) = (result_pnl IS NULL))
);
