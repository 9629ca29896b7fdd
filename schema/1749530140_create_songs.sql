-- The songs of a library, as their owner sees them.
-- :electric:txn:start
CREATE TABLE songs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  title text NOT NULL CHECK (char_length(title) > 0),
  duration_ms integer CHECK (duration_ms > 0),
  metadata jsonb NOT NULL DEFAULT '{}'::jsonb CHECK (jsonb_typeof(metadata) = 'object'),
  added_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX songs_artist_idx ON songs ((metadata->>'artist'));
-- :electric:txn:end
