-- Some libraries got this column by hand before it was a migration.
-- :electric:txn:start
DO $$
BEGIN
  IF NOT EXISTS (
    SELECT 1
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = 'songs' AND column_name = 'genre'
  ) THEN
    ALTER TABLE songs
      ADD COLUMN genre text[] NOT NULL DEFAULT '{}',
      ADD CONSTRAINT songs_genre_check CHECK (array_length(genre, 1) <= 5);
  END IF;
END
$$;
-- :electric:txn:end
