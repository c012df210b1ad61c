-- What gave a pump away.

ALTER TABLE pumps
    -- [{"code": …, "weight": 0…1}], heaviest first.
    ADD COLUMN triggers JSON NOT NULL DEFAULT '[]';

-- Newest first, page by page.
CREATE INDEX idx_pumps_place ON pumps (started_at, id);
DROP INDEX idx_pumps_started;
