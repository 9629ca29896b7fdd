ALTER TABLE songs DROP CONSTRAINT songs_slug_key, DROP CONSTRAINT account, DROP CONSTRAINT songs_rating_check, ADD CHECK (rating > 0);
