CREATE TYPE mood AS ENUM ('sad', 'calm', 'wild');
CREATE TABLE songs (id uuid PRIMARY KEY, moods mood[], main mood);
