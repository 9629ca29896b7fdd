CREATE TABLE songs (id uuid PRIMARY KEY, plays smallint, code varchar(20), price numeric(8,2), at timestamptz(3), tag uuid);
