CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL, artist text);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
