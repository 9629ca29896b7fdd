ALTER TABLE songs ADD COLUMN slug text UNIQUE, ADD COLUMN rating int CHECK (rating > 0), ADD COLUMN account int REFERENCES accounts;
