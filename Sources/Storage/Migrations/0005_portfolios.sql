-- What users hold, and the ledger beneath it.

CREATE TABLE portfolios (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    symbol market_symbol NOT NULL,
    quantity market_amount NOT NULL,
    avg_buy_price market_amount NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ,
    CONSTRAINT portfolios_user_id_symbol_key UNIQUE (user_id, symbol)
);

CREATE TRIGGER portfolios_touch_updated_at BEFORE UPDATE ON portfolios
    FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TABLE portfolio_transactions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    symbol market_symbol NOT NULL,
    side VARCHAR(10) NOT NULL
        CONSTRAINT portfolio_transactions_side_known CHECK (side IN ('buy', 'sell')),
    quantity market_amount NOT NULL
        CONSTRAINT portfolio_transactions_quantity_positive CHECK (quantity > 0),
    -- Zero for what was given: airdrops, rewards.
    price market_amount NOT NULL,
    -- Quote asset.
    fee market_amount NOT NULL DEFAULT 0,
    executed_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_portfolio_transactions_user_executed ON portfolio_transactions (user_id, executed_at, id);
