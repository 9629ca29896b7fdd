ALTER TABLE songs DROP CONSTRAINT account, ADD FOREIGN KEY (id) REFERENCES people, DROP CONSTRAINT songs_rating_check, ADD CHECK (rating <> 5);
