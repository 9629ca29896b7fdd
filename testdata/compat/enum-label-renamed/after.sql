CREATE TYPE mood AS ENUM ('calm', 'blue', 'wild');
CREATE TABLE songs (id uuid PRIMARY KEY, moods mood[], main mood);
