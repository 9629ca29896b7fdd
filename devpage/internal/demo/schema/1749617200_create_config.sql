-- One row of settings for the whole library.
-- :electric:txn:start
CREATE TABLE config (
  id boolean PRIMARY KEY DEFAULT true CHECK (id),
  library_name text NOT NULL DEFAULT 'My library' CHECK (char_length(library_name) > 0),
  settings jsonb NOT NULL DEFAULT '{}'::jsonb CHECK (jsonb_typeof(settings) = 'object'),
  updated_at timestamptz NOT NULL DEFAULT now()
);
-- :electric:txn:end
