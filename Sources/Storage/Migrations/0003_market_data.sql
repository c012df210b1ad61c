-- What happened on the venues and is kept. Tickers are not: only their newest is true.

CREATE TABLE candles (
    exchange exchange_name NOT NULL,
    symbol market_symbol NOT NULL,
    interval candle_interval NOT NULL,
    open_time TIMESTAMPTZ NOT NULL,
    open market_price NOT NULL,
    high market_price NOT NULL,
    low market_price NOT NULL,
    close market_price NOT NULL,
    -- Base asset.
    volume market_amount NOT NULL,
    -- Quote asset.
    quote_volume market_amount NOT NULL,
    trades BIGINT NOT NULL
        CONSTRAINT candles_trades_not_negative CHECK (trades >= 0),
    -- The venue has confirmed it; from then on only another confirmed one may replace it.
    closed BOOLEAN NOT NULL,
    PRIMARY KEY (exchange, symbol, interval, open_time),
    CONSTRAINT candles_range_holds CHECK (
        low <= open AND low <= close AND high >= open AND high >= close
    ),
    -- Open times lie on the grid of their interval: two candles of one interval cannot overlap.
    CONSTRAINT candles_open_time_on_grid CHECK (
        mod(
            extract(epoch FROM open_time),
            CASE interval
                WHEN '1m' THEN 60
                WHEN '5m' THEN 300
                WHEN '15m' THEN 900
                WHEN '1h' THEN 3600
                WHEN '4h' THEN 14400
                WHEN '1d' THEN 86400
            END
        ) = 0
    )
);

-- Stretches in which candles are missing or built from less than all trades; filling one removes its row.
CREATE TABLE candle_gaps (
    exchange exchange_name NOT NULL,
    symbol market_symbol NOT NULL,
    interval candle_interval NOT NULL,
    from_time TIMESTAMPTZ NOT NULL,
    -- Exclusive.
    to_time TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (exchange, symbol, interval, from_time),
    CONSTRAINT candle_gaps_run_forward CHECK (from_time < to_time)
);

CREATE TABLE liquidations (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exchange exchange_name NOT NULL,
    symbol market_symbol NOT NULL,
    -- The position that was closed by force, whatever side the venue names.
    side VARCHAR(10) NOT NULL
        CONSTRAINT liquidations_side_known CHECK (side IN ('long', 'short')),
    price market_price NOT NULL,
    quantity market_amount NOT NULL,
    -- Quote asset.
    notional market_amount NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    -- Venues repeat recent ones after a reconnect and give them no id.
    CONSTRAINT liquidations_once UNIQUE (exchange, symbol, occurred_at, side, price, quantity)
);

CREATE INDEX idx_liquidations_symbol_occurred ON liquidations (symbol, occurred_at);

CREATE TABLE pumps (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    symbol market_symbol NOT NULL,
    exchange exchange_name NOT NULL,
    -- From the price at the start to the peak so far, in percent.
    change_percent DOUBLE PRECISION NOT NULL
        CONSTRAINT pumps_change_percent_finite CHECK (change_percent > '-Infinity' AND change_percent < 'Infinity'),
    -- Volume of the burst over the usual volume.
    volume_ratio DOUBLE PRECISION NOT NULL
        CONSTRAINT pumps_volume_ratio_not_negative CHECK (volume_ratio >= 0 AND volume_ratio < 'Infinity'),
    score DOUBLE PRECISION NOT NULL
        CONSTRAINT pumps_score_finite CHECK (score > '-Infinity' AND score < 'Infinity'),
    status VARCHAR(20) NOT NULL DEFAULT 'started'
        CONSTRAINT pumps_status_known CHECK (status IN ('started', 'peaked', 'dumping', 'ended')),
    -- Found when the peak was past already.
    late BOOLEAN NOT NULL DEFAULT false,
    price_at_start market_price NOT NULL,
    peak_price market_price NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    CONSTRAINT pumps_ended_has_time CHECK ((status = 'ended') = (ended_at IS NOT NULL)),
    CONSTRAINT pumps_end_after_start CHECK (ended_at >= started_at)
);

CREATE INDEX idx_pumps_started ON pumps (started_at);
CREATE INDEX idx_pumps_symbol_started ON pumps (symbol, started_at);
