-- Trading signals, from birth to outcome.

CREATE TABLE signals (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    symbol market_symbol NOT NULL,
    exchange exchange_name NOT NULL,
    direction VARCHAR(10) NOT NULL
        CONSTRAINT signals_direction_known CHECK (direction IN ('buy', 'sell')),
    entry_price market_price NOT NULL,
    stop_loss market_price NOT NULL,
    take_profit_1 market_price,
    take_profit_2 market_price,
    take_profit_3 market_price,
    -- Calibrated chance in percent that target 1 comes before the stop; NULL until outcomes back it.
    ai_confidence INTEGER
        CONSTRAINT signals_ai_confidence_range CHECK (ai_confidence >= 0 AND ai_confidence <= 100),
    ai_triggers JSONB,
    strategy_name VARCHAR(50),
    strategy_version VARCHAR(20),
    timeframe candle_interval,
    status VARCHAR(20) NOT NULL DEFAULT 'active'
        CONSTRAINT signals_status_known CHECK (status IN ('active', 'closed', 'cancelled')),
    outcome VARCHAR(20)
        CONSTRAINT signals_outcome_known
        CHECK (outcome IN ('tp1', 'tp2', 'tp3', 'stop_loss', 'expired', 'ambiguous')),
    -- Percent, after fees.
    result_pnl NUMERIC(10, 2)
        CONSTRAINT signals_result_pnl_number CHECK (result_pnl <> 'NaN'),
    min_tier subscription_tier NOT NULL DEFAULT 'free',
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    expires_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    CONSTRAINT signals_active_is_open CHECK (
        CASE WHEN status = 'active'
            THEN closed_at IS NULL AND outcome IS NULL AND result_pnl IS NULL
            ELSE closed_at IS NOT NULL
        END
    ),
    CONSTRAINT signals_closed_after_birth CHECK (closed_at >= created_at),
    CONSTRAINT signals_expires_after_birth CHECK (expires_at > created_at),
    CONSTRAINT signals_targets_in_order CHECK (
        (take_profit_2 IS NULL OR take_profit_1 IS NOT NULL) AND (take_profit_3 IS NULL OR take_profit_2 IS NOT NULL)
    ),
    -- stop < entry < targets for a buy, the reverse for a sell. A comparison with a missing target is NULL, which passes.
    CONSTRAINT signals_levels_face_direction CHECK (
        CASE direction
            WHEN 'buy' THEN
                stop_loss < entry_price AND entry_price < take_profit_1
                AND take_profit_1 < take_profit_2 AND take_profit_2 < take_profit_3
            ELSE
                stop_loss > entry_price AND entry_price > take_profit_1
                AND take_profit_1 > take_profit_2 AND take_profit_2 > take_profit_3
        END
    )
);

CREATE INDEX idx_signals_status_created ON signals (status, created_at);

-- Closing without naming the moment means now, so that no closed signal lacks its place in the history.
CREATE FUNCTION close_signal_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.closed_at := greatest(now(), NEW.created_at);
    RETURN NEW;
END;
$$;

CREATE TRIGGER signals_close_now BEFORE INSERT OR UPDATE ON signals
    FOR EACH ROW WHEN (NEW.status <> 'active' AND NEW.closed_at IS NULL)
    EXECUTE FUNCTION close_signal_now();
