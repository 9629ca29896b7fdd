CREATE TYPE mood AS ENUM ('calm', 'sad', 'wild');
CREATE TABLE songs (id uuid PRIMARY KEY, moods mood[], main mood);
