CREATE TABLE songs (id uuid PRIMARY KEY, title text COLLATE "C" NOT NULL);
