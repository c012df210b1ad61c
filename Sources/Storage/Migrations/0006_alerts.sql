-- What users want to be told, and what they were told.

CREATE TABLE alerts (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    symbol market_symbol NOT NULL,
    kind VARCHAR(20) NOT NULL
        CONSTRAINT alerts_kind_known
        CHECK (kind IN ('price_above', 'price_below', 'percent_change', 'pump', 'signal')),
    -- A price or a percentage, by kind; the last two kinds need none.
    value NUMERIC(38, 18)
        CONSTRAINT alerts_value_number CHECK (value <> 'NaN'),
    window_seconds INTEGER
        CONSTRAINT alerts_window_positive CHECK (window_seconds > 0),
    cooldown_seconds INTEGER NOT NULL DEFAULT 0
        CONSTRAINT alerts_cooldown_not_negative CHECK (cooldown_seconds >= 0),
    enabled BOOLEAN NOT NULL DEFAULT true,
    last_fired_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ,
    CONSTRAINT alerts_level_fits_kind CHECK (
        CASE kind
            WHEN 'price_above' THEN value IS NOT NULL AND value > 0
            WHEN 'price_below' THEN value IS NOT NULL AND value > 0
            WHEN 'percent_change' THEN value IS NOT NULL AND window_seconds IS NOT NULL
            ELSE true
        END
    )
);

CREATE INDEX idx_alerts_user ON alerts (user_id);
CREATE INDEX idx_alerts_enabled_symbol ON alerts (symbol) WHERE enabled;

CREATE TRIGGER alerts_touch_updated_at BEFORE UPDATE ON alerts
    FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TABLE notifications (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    type VARCHAR(50) NOT NULL,
    title VARCHAR(200) NOT NULL,
    message TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    read_at TIMESTAMPTZ
);

CREATE INDEX idx_notifications_user_created ON notifications (user_id, created_at, id);
